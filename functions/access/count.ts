/**
 * How often each key was used today. Requests are counted here and written to the store at most once a second, the first of an
 * instance at once: it may not live to write it later. So a quota may be overrun by what one second admits.
 */
import { dayOf } from "../../shared/keys/key.ts";
import { addUsage } from "../../shared/keys/usage.ts";
import { describeError } from "../log.ts";
import { inTime } from "../models/in-time.ts";
import { type KeyParts, REMEMBERED } from "./lookup.ts";

/** Milliseconds between two writes of a key's count. */
const FLUSH = 1000;

interface Tally {
  readonly hash: string;
  readonly day: string;
  quota: number;
  /** What the store counts, as far as this instance knows. */
  counted: number;
  /** Admitted here, not yet in the store. */
  pending: number;
  /** What came of the last look at the store's count: none yet, room, none left, no answer. */
  state: "new" | "open" | "full" | "away";
  flushedAt: number;
  flushing: Promise<void> | undefined;
}

export interface Count {
  /** Counts a request, if it is within the quota. */
  admit(key: { hash: string; quota: number }): Promise<boolean>;
  /** Writes what is counted and not yet written, of keys whose last write was a second ago. */
  flush(): Promise<void>;
  /** Waits until that second is over, and writes all that is counted by now: for an instance that may end after a request. */
  settle(): Promise<void>;
  /** Writes it now. */
  close(): Promise<void>;
}

export const createCount = ({ store, clock, log, storeTime }: KeyParts): Count => {
  const tallies = new Map<string, Tally>();

  const write = async (tally: Tally): Promise<void> => {
    const { hash, day, quota, pending: requests } = tally;
    tally.flushedAt = clock.now();
    try {
      const adding = addUsage(store, { hash, day, requests, quota });
      const usage = await inTime(adding, storeTime, `counting a key's requests in ${store.url}`);
      Object.assign(tally, { counted: usage.requests, state: usage.full ? "full" : "open" });
      tally.pending -= requests;
    } catch (error) {
      tally.state = "away";
      log({ level: "error", event: "usage not written", error: describeError(error) });
    }
  };

  const flush = (tally: Tally): Promise<void> => {
    tally.flushing ??= write(tally).finally(() => {
      tally.flushing = undefined;
    });
    return tally.flushing;
  };

  const isDue = ({ flushedAt }: Tally): boolean => clock.now() - flushedAt >= FLUSH;

  const unwritten = (): Tally[] => [...tallies.values()].filter(({ pending }) => pending > 0);

  /** A new day, or a key that is new here, begins at nothing. */
  const tallyOf = async (hash: string): Promise<Tally> => {
    const day = dayOf(clock.now());
    const known = tallies.get(hash);
    if (known?.day === day) return known;
    const tally: Tally = {
      ...{ hash, day, quota: 0, counted: 0, pending: 0, state: "new" },
      flushedAt: Number.NEGATIVE_INFINITY,
      flushing: undefined,
    };
    tallies.set(hash, tally);
    if (known && known.pending > 0) await flush(known);
    for (const [other, { pending }] of tallies) {
      if (tallies.size <= REMEMBERED) break;
      if (pending === 0) tallies.delete(other);
    }
    return tally;
  };

  /** A request whose turn it is to be written, with those before it. */
  const countAtOnce = async (tally: Tally): Promise<boolean> => {
    // a write that is under way has begun without it
    const joins = tally.flushing !== undefined;
    tally.pending++;
    const writing = flush(tally);
    // nobody waits for a store that did not answer the last time
    if (tally.state !== "away") await writing;
    if (!joins && tally.state !== "away") return tally.state !== "full" && tally.counted <= tally.quota;
    const within = tally.state !== "full" && tally.counted + tally.pending <= tally.quota;
    if (!within) tally.pending--;
    return within;
  };

  return {
    async admit({ hash, quota }) {
      const tally = await tallyOf(hash);
      tally.quota = quota;
      if (isDue(tally)) return countAtOnce(tally);
      if (tally.state === "new") await tally.flushing;
      if (tally.state === "full" || tally.counted + tally.pending >= quota) return false;
      tally.pending++;
      return true;
    },
    async flush() {
      await Promise.all(unwritten().filter(isDue).map(flush));
    },
    async settle() {
      await Promise.all(
        unwritten().map(async (tally) => {
          const left = tally.flushedAt + FLUSH - clock.now();
          if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
          if (tally.pending > 0) await flush(tally);
        }),
      );
    },
    async close() {
      await Promise.all(
        unwritten().map(async (tally) => {
          // what was admitted while that was on its way comes after it
          await tally.flushing;
          if (tally.pending > 0) await flush(tally);
        }),
      );
    },
  };
};
