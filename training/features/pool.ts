/**
 * Worker threads that look at photos: decode, crop, normalise, and run a model on each view. Features, calibration and the
 * gate all go through here, by the same path as serving. Answers come in the order of the photos, so that the number of
 * threads changes nothing but the time.
 */
import { availableParallelism } from "node:os";
import { nodeLimitsOn } from "../../shared/limits.ts";
import { machineMemory } from "../../shared/machine-memory.ts";
import { workerFile } from "../../shared/package-root.ts";
import { Problem } from "../../shared/problem.ts";
import { createCrew, shareBytes } from "../../shared/threads/crew.ts";
import { startThread, ThreadEnded } from "../../shared/threads/thread.ts";
import type { Item, Work } from "./messages.ts";

export type { Item, Work } from "./messages.ts";

/** What became of one photo: an output per view, or what is wrong with it. */
export type Outcome = Float32Array[] | Problem;

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
   * An outcome per item, in order. A photo that is no good, or takes too long, is a Problem in its place, and the others go on.
   *
   * @throws Error when a model cannot be loaded or run, or a thread dies; the signal's reason when it is aborted
   */
  run(work: number, items: readonly Item[], options?: RunOptions): Promise<Outcome[]>;
  /**
   * The same for items that come as they are asked for, and outcomes that go as they are taken, in order: however many there
   * are, only a few per thread are in memory.
   */
  stream(work: number, items: Iterable<Item> | AsyncIterable<Item>, signal?: AbortSignal): AsyncGenerator<Outcome>;
  /** Forgets a work and frees its model in every thread. */
  free(work: number): void;
  /** Ends the threads. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Threads; one per core by default, each running its models on one core. */
  workers?: number;
  /** Milliseconds that a photo may take, for each look at it. */
  patience?: number;
  /** What a thread runs; tests pass another. */
  file?: URL;
}

/**
 * A sound photo and a heavy network take a second or two. A server gives its photos less, but what it gives up is only asked
 * again; here a photo would be missing from the model because the machine had other things to do.
 */
const PATIENCE = 30_000;

/** Photos of a stream under way for each thread: one that it works on, and what keeps it busy while an earlier one takes long. */
const AHEAD = 4;

export const createPool = (options: PoolOptions = {}): Pool => {
  const {
    workers = availableParallelism(),
    patience = PATIENCE,
    file = workerFile("training/features/worker"),
  } = options;
  if (!Number.isInteger(workers) || workers < 1)
    throw new Error(`a pool of ${workers} worker threads cannot work; use a whole number from 1`);
  const { photo: limits } = nodeLimitsOn(machineMemory(), workers);
  const crew = createCrew({ count: workers, start: () => startThread<Work, Item, Float32Array[]>(file, limits) });
  let busy: Promise<unknown> = Promise.resolve();

  const look = async (work: number, item: Item): Promise<Outcome> => {
    try {
      return await crew.run(work, item, { patience: patience * Math.max(1, item.views.length) });
    } catch (error) {
      if (error instanceof Problem) return error;
      if (error instanceof ThreadEnded) throw diedOf(item, error);
      throw error;
    }
  };

  const runNow = async (work: number, items: readonly Item[], options: RunOptions): Promise<Outcome[]> => {
    const { onProgress, onOutcome, signal } = options;
    const outcomes = new Array<Outcome>(items.length);
    let next = 0;
    let done = 0;
    let failed = false;
    const feed = async (): Promise<void> => {
      while (next < items.length && !failed) {
        signal?.throwIfAborted();
        const index = next++;
        const outcome = await look(work, items[index]!).catch((error: unknown) => {
          failed = true;
          throw error;
        });
        outcomes[index] = outcome;
        onOutcome?.(index, outcome);
        onProgress?.(++done, items.length);
      }
    };
    // Each thread finishes the photo it has, so that the pool is at rest when the run ends, well or badly
    const ends = await Promise.allSettled(Array.from({ length: workers }, feed));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return outcomes;
  };

  async function* streamNow(
    work: number,
    items: Iterable<Item> | AsyncIterable<Item>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Outcome> {
    const underWay: Promise<Outcome>[] = [];
    try {
      for await (const item of items) {
        signal?.throwIfAborted();
        const outcome = look(work, item);
        // whoever takes it hears of a failure; until then nobody listens
        outcome.catch(() => undefined);
        underWay.push(outcome);
        if (underWay.length >= workers * AHEAD) yield await underWay.shift()!;
      }
      while (underWay.length > 0) {
        signal?.throwIfAborted();
        yield await underWay.shift()!;
      }
    } finally {
      await Promise.allSettled(underWay);
    }
  }

  return {
    workers,
    open(work) {
      const opened = crew.add(
        work.model ? { ...work, model: { ...work.model, bytes: shareBytes(work.model.bytes) } } : work,
      );
      // Who runs a photo hears of a failure; until then nobody listens
      crew.open(opened).catch(() => undefined);
      return opened;
    },
    run(work, items, options = {}) {
      // Results of one run are not mixed with another's, so runs take turns
      const turn = busy.then(() => runNow(work, items, options));
      busy = turn.catch(() => undefined);
      return turn;
    },
    async *stream(work, items, signal) {
      const before = busy;
      let atRest = (): void => undefined;
      busy = new Promise<void>((resolve) => {
        atRest = resolve;
      });
      try {
        await before;
        yield* streamNow(work, items, signal);
      } finally {
        atRest();
      }
    },
    free: (work) => void crew.free(work),
    close: crew.close,
  };
};

const diedOf = ({ photo }: Item, cause: ThreadEnded): Error =>
  new Error(
    `${cause.message}, while it worked on ${typeof photo === "string" ? photo : `a photo of ${photo.length} bytes`}; ` +
      "remove that photo, or close other programs where memory is short, and run the command again",
    { cause },
  );
