/** A store that forgets: for tests that need no disk. */
import { sha256 } from "../../shared/hash.ts";
import { allows } from "../../shared/store/conditional.ts";
import { checkKey } from "../../shared/store/key.ts";
import { ConflictError, type Store, type StoredObject } from "../../shared/store/store.ts";

export const createMemoryStore = (clock: () => Date = () => new Date()): Store => {
  const objects = new Map<string, StoredObject & { modified: Date }>();

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    const found = objects.get(checkKey(key));
    return found && (found.etag === known ? "unchanged" : { bytes: found.bytes.slice(), etag: found.etag });
  }

  return {
    url: "memory:",
    get,
    async getPart(key, start, end) {
      const found = objects.get(checkKey(key));
      return found && { bytes: found.bytes.slice(start, end), size: found.bytes.length };
    },
    async put(key, bytes, { only } = {}) {
      checkKey(key);
      const etag = await sha256(bytes);
      const there = objects.get(key)?.etag;
      if (!allows(only, there) && there !== etag) throw new ConflictError(key);
      objects.set(key, { bytes: bytes.slice(), etag, modified: clock() });
      return { etag };
    },
    async list(prefix) {
      return [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { bytes, modified }]) => ({ key, bytes: bytes.length, modified }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async remove(keys) {
      for (const key of keys) objects.delete(checkKey(key));
    },
  };
};
