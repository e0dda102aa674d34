/** Keys by their hash, remembered for a while, so that a revoked one is refused soon and most requests need no look at the store. */
import type { Clock } from "../../shared/classifier/clock.ts";
import type { Key } from "../../shared/keys/key.ts";
import { readKey } from "../../shared/keys/keys.ts";
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";
import { describeError, type Log } from "../log.ts";
import { inTime } from "../models/in-time.ts";

/** Keys remembered at once; beyond them the one that was looked up longest ago is forgotten. */
export const REMEMBERED = 10_000;

export interface KeyParts {
  store: Store;
  clock: Pick<Clock, "now">;
  log: Log;
  /** Milliseconds in which the store must answer. */
  storeTime: number;
}

/** Undefined for a hash that is no key's. @throws Problem 503 when the store cannot be read and the key is not known */
export type Lookup = (hash: string) => Promise<Key | undefined>;

/** @param refresh milliseconds for which a key is remembered without a look at the store */
export const createLookup = ({ store, clock, log, storeTime, refresh }: KeyParts & { refresh: number }): Lookup => {
  const known = new Map<string, { key: Key; etag: string; lookedAt: number }>();

  const remember = (hash: string, entry: { key: Key; etag: string; lookedAt: number }): Key => {
    known.delete(hash);
    known.set(hash, entry);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return entry.key;
  };

  return async (hash) => {
    const before = known.get(hash);
    const lookedAt = clock.now();
    if (before && lookedAt - before.lookedAt < refresh) return before.key;
    const reading = readKey(store, hash, before?.etag);
    const found = await inTime(reading, storeTime, `reading a key from ${store.url}`).catch((cause: unknown) => {
      log({ level: "error", event: "store not readable", error: describeError(cause) });
      // a key that was good goes on while the store is away
      if (before) return "unchanged" as const;
      throw new Problem(503, "keys cannot be looked up just now; try again", { retryAfter: 5, cause });
    });
    if (found === "unchanged") return remember(hash, { ...before!, lookedAt });
    if (found) return remember(hash, { ...found, lookedAt });
    known.delete(hash);
    return undefined;
  };
};
