/** How much feedback a model gathers at most: anyone may send some, and its storage is the owner's to pay for. */
import type { Clock } from "../../shared/classifier/clock.ts";
import { feedbackPrefix } from "../../shared/feedback.ts";
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";

/** Of one model. */
export interface FeedbackMost {
  photos: number;
  bytes: number;
}

/** Milliseconds between two listings, which a bucket bills; several instances may exceed the ceiling by what they add meanwhile. */
const LISTED_FOR = 60_000;

const RETRY_SECONDS = 3600;

interface Tally {
  listedAt: number;
  /** Bytes of each photo, by key. */
  kept: Map<string, number>;
  bytes: number;
}

export interface Ceiling {
  /**
   * Counts a photo that is about to be kept under `key`; one that is there already counts nothing.
   * @param model a published one
   * @throws Problem 503 with retryAfter when the model has as much as it may
   */
  admit(model: string, key: string, bytes: number): Promise<void>;
}

export const createCeiling = (store: Pick<Store, "list">, most: FeedbackMost, clock: Pick<Clock, "now">): Ceiling => {
  const tallies = new Map<string, Promise<Tally>>();

  const list = async (model: string): Promise<Tally> => {
    const listedAt = clock.now();
    const kept = new Map((await store.list(feedbackPrefix(model))).map(({ key, bytes }) => [key, bytes]));
    return { listedAt, kept, bytes: [...kept.values()].reduce((sum, bytes) => sum + bytes, 0) };
  };

  const tallyOf = async (model: string): Promise<Tally> => {
    const known = await tallies.get(model)?.catch(() => undefined);
    if (known && clock.now() - known.listedAt < LISTED_FOR) return known;
    const listing = list(model);
    tallies.set(model, listing);
    return listing;
  };

  return {
    async admit(model, key, bytes) {
      const tally = await tallyOf(model);
      if (tally.kept.has(key)) return;
      if (tally.kept.size >= most.photos || tally.bytes + bytes > most.bytes)
        throw new Problem(
          503,
          `${model} has ${tally.kept.size} photos of feedback already, as much as its owner keeps; try again when they were looked at`,
          { title: "Feedback is full", retryAfter: RETRY_SECONDS },
        );
      tally.kept.set(key, bytes);
      tally.bytes += bytes;
    },
  };
};
