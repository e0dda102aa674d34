/** What a refused conditional write means, for every store whose writes travel over a network. */
import { ConflictError, type PutOptions, type Store } from "./store.ts";

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/**
 * Call it when the store refused `put(key, bytes, { only })`: a repeated request may have met its own success, so the
 * object is read again, and equal bytes are success.
 *
 * @throws ConflictError when someone else's bytes are there, or none
 */
export const settleRefusedPut = async (
  store: Pick<Store, "get">,
  key: string,
  bytes: Uint8Array,
  options?: ErrorOptions,
): Promise<{ etag: string }> => {
  const there = await store.get(key);
  if (there === undefined || !same(there.bytes, bytes)) throw new ConflictError(key, options);
  return { etag: there.etag };
};

/** Whether `only` allows a write over the object whose etag is `etag` (`undefined`: there is none). */
export const allows = (only: PutOptions["only"], etag: string | undefined): boolean =>
  only === undefined || (only === "absent" ? etag === undefined : etag === only.etag);
