/**
 * Worker threads that look at photos: decode, crop, normalise, and run a model on each view. Features, calibration and the
 * gate all go through here, by the same path as serving. Answers come in the order of the photos, so that the number of
 * threads changes nothing but the time.
 */
import { availableParallelism } from "node:os";
import type { Item, Work } from "./messages.ts";
import { type Outcome, startThread, type Thread } from "./thread.ts";

export type { Item, Work } from "./messages.ts";
export type { Outcome } from "./thread.ts";

export interface RunOptions {
  /** Called after each photo with the number done; photos end in no particular order. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called with each photo's outcome as it comes. */
  onOutcome?: (index: number, outcome: Outcome) => void;
  signal?: AbortSignal | undefined;
}

export interface Pool {
  readonly workers: number;
  /** Makes every thread ready for `work`; its model is loaded once per thread. */
  open(work: Work): number;
  /**
   * An outcome per item, in order. A photo that is no good is a Problem in its place, and the others go on.
   *
   * @throws Error when a model cannot be loaded or run, or a thread dies; the signal's reason when it is aborted
   */
  run(work: number, items: readonly Item[], options?: RunOptions): Promise<Outcome[]>;
  /** Forgets a work and frees its model in every thread. */
  free(work: number): void;
  /** Ends the threads. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Threads; one per core by default, each running its models on one core. */
  workers?: number;
  /** Starts a thread; tests pass one that fails. */
  start?: () => Thread;
}

export const createPool = ({ workers = availableParallelism(), start = startThread }: PoolOptions = {}): Pool => {
  if (!Number.isInteger(workers) || workers < 1)
    throw new Error(`a pool of ${workers} worker threads cannot work; use a whole number from 1`);
  const threads = Array.from({ length: workers }, () => start());
  let works = 0;
  let busy: Promise<unknown> = Promise.resolve();

  const runNow = async (work: number, items: readonly Item[], options: RunOptions): Promise<Outcome[]> => {
    const { onProgress, onOutcome, signal } = options;
    const outcomes = new Array<Outcome>(items.length);
    let next = 0;
    let done = 0;
    let failed = false;
    const feed = async (thread: Thread): Promise<void> => {
      while (next < items.length && !failed) {
        signal?.throwIfAborted();
        const index = next++;
        const outcome = await thread.run(work, index, items[index]!).catch((error: unknown) => {
          failed = true;
          throw error;
        });
        outcomes[index] = outcome;
        onOutcome?.(index, outcome);
        onProgress?.(++done, items.length);
      }
    };
    // Each thread finishes the photo it has, so that the pool is at rest when the run ends, well or badly
    const ends = await Promise.allSettled(threads.map(feed));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return outcomes;
  };

  return {
    workers,
    open(work) {
      const id = works++;
      const shared = work.model ? { ...work, model: { ...work.model, bytes: share(work.model.bytes) } } : work;
      for (const thread of threads) thread.open(id, shared);
      return id;
    },
    run(work, items, options = {}) {
      // A thread takes one photo at a time, so runs take turns
      const turn = busy.then(() => runNow(work, items, options));
      busy = turn.catch(() => undefined);
      return turn;
    },
    free(work) {
      for (const thread of threads) thread.free(work);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
};

/** A copy in memory that every thread can read, instead of a copy for each. */
const share = (bytes: Uint8Array): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
};
