/** Whether a store can be written, without anything being left in it. */
import { ConflictError, type Store } from "../../shared/store/store.ts";

const content = new TextEncoder().encode("whippet doctor was here");

/**
 * A bucket refuses a write under a condition that cannot hold only after it has found it to be allowed; on a disk only a real
 * one shows that there is room.
 * @param key of no object
 * @throws Error of the store, which names what is missing
 */
export const tryToWrite = async (store: Store, key: string): Promise<void> => {
  if (store.url.startsWith("file:")) {
    await store.put(key, content);
    return store.remove([key]);
  }
  try {
    await store.put(key, content, { only: { etag: "0".repeat(32) } });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
};
