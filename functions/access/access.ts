/**
 * Who may ask where access is by key: keys are looked up by hash and remembered for a while, so that a revoked one is refused
 * soon; requests are counted here and written to the store at most once a second, so a quota may be overrun by what one
 * second admits.
 */
import type { Clock } from "../../shared/classifier/clock.ts";
import { dayOf, hashOfKey, type Key } from "../../shared/keys/key.ts";
import { readKey } from "../../shared/keys/keys.ts";
import { addUsage } from "../../shared/keys/usage.ts";
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";
import { describeError, type Log } from "../log.ts";

/** Milliseconds between two writes of a key's count. */
const FLUSH = 1000;

/** Keys remembered at once; beyond them the one that was looked up longest ago is forgotten, once its count is written. */
const REMEMBERED = 10_000;

const DAY = 24 * 60 * 60 * 1000;

interface Known {
  hash: string;
  key: Key;
  etag: string;
  lookedAt: number;
  day: string;
  /** What the store counts, as far as this instance knows. */
  counted: number;
  /** Admitted here, not yet in the store. */
  pending: number;
  flushedAt: number;
  flushing: Promise<void> | undefined;
}

export interface Access {
  /**
   * @param authorization `Bearer KEY`
   * @throws Problem 401 without a valid key, 429 when its quota is used up, 503 when the store cannot be read
   */
  admit(authorization: string | undefined): Promise<void>;
  /** Writes what is counted and not yet written. */
  flush(): Promise<void>;
}

export interface AccessParts {
  store: Store;
  clock: Clock;
  log: Log;
  /** Milliseconds for which a key is remembered without a look at the store. */
  refresh: number;
}

export const createAccess = ({ store, clock, log, refresh }: AccessParts): Access => {
  const known = new Map<string, Known>();

  const look = async (hash: string): Promise<Known | undefined> => {
    const before = known.get(hash);
    if (before && clock.now() - before.lookedAt < refresh) return before;
    const lookedAt = clock.now();
    const found = await readKey(store, hash, before?.etag).catch((cause: unknown) => {
      log({ level: "error", event: "store not readable", error: describeError(cause) });
      // a key that was good goes on while the store is away
      if (before) return "unchanged" as const;
      throw new Problem(503, "keys cannot be looked up just now; try again", { retryAfter: 5, cause });
    });
    if (found === undefined) {
      known.delete(hash);
      return undefined;
    }
    if (found === "unchanged") return Object.assign(before!, { lookedAt });
    const now = known.get(hash);
    if (now) return Object.assign(now, { ...found, lookedAt });
    const entry = { hash, ...found, lookedAt, ...unused("") };
    known.set(hash, entry);
    forget();
    return entry;
  };

  const forget = () => {
    for (const [hash, { pending }] of known) {
      if (known.size <= REMEMBERED) return;
      if (pending === 0) known.delete(hash);
    }
  };

  const write = async (entry: Known): Promise<void> => {
    const { hash, day, pending } = entry;
    entry.flushedAt = clock.now();
    try {
      const counted = await addUsage(store, hash, day, pending);
      if (entry.day !== day) return;
      entry.counted = counted;
      entry.pending -= pending;
    } catch (error) {
      log({ level: "error", event: "usage not written", error: describeError(error) });
    }
  };

  const flush = (entry: Known): Promise<void> => {
    entry.flushing ??= write(entry).finally(() => {
      entry.flushing = undefined;
    });
    return entry.flushing;
  };

  return {
    async admit(authorization) {
      const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "";
      const hash = await hashOfKey(given);
      const entry = hash === undefined ? undefined : await look(hash);
      if (!entry || entry.key.revoked !== undefined) throw refused(entry !== undefined);
      const day = dayOf(clock.now());
      if (entry.day !== day) {
        if (entry.pending > 0) await flush(entry);
        if (entry.day !== day) Object.assign(entry, unused(day));
      }
      const { quota, name } = entry.key;
      // what other instances have counted comes with each write
      if (clock.now() - entry.flushedAt >= FLUSH) await flush(entry);
      if (entry.counted + entry.pending >= quota) throw usedUp(name, quota, clock.now());
      entry.pending++;
    },
    async flush() {
      await Promise.all([...known.values()].filter(({ pending }) => pending > 0).map(flush));
    },
  };
};

const unused = (day: string) => ({
  day,
  counted: 0,
  pending: 0,
  flushedAt: Number.NEGATIVE_INFINITY,
  flushing: undefined,
});

const refused = (revoked: boolean): Problem =>
  new Problem(
    401,
    `${revoked ? "this key was revoked" : "this server answers to keys alone"}; ask its owner for one, and send it as \`Authorization: Bearer KEY\``,
  );

const usedUp = (name: string, quota: number, now: number): Problem =>
  new Problem(429, `the key ${JSON.stringify(name)} may ask ${quota} times a day (UTC), and has; come back tomorrow`, {
    retryAfter: Math.ceil((DAY - (now % DAY)) / 1000),
  });
