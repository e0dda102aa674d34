/**
 * Worker threads that work on photos, one at a time each. One that works on a photo for too long is ended and replaced: wasm
 * heeds no signal.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../problem.ts";
import { createSeat, type Seat } from "./seat.ts";
import { type Thread, ThreadEnded } from "./thread.ts";

export interface CrewOptions<Source, Task, Answer> {
  count: number;
  start: () => Thread<Source, Task, Answer>;
}

export interface TaskOptions {
  /** Milliseconds that the photo may take, from bytes to answer. */
  patience: number;
  signal?: AbortSignal | undefined;
  /** Told when a thread is ended over it. */
  onLate?: () => void;
}

export interface Crew<Source, Task, Answer> {
  /** What can be worked with from now on. Threads that come later open it too. */
  add(source: Source): number;
  /** Has every thread open it. @throws Error when one cannot */
  open(opened: number): Promise<void>;
  /** @throws Problem, 422 when the photo takes too long; ThreadEnded when the thread dies of it; the thread's own error */
  run(opened: number, task: Task, options: TaskOptions): Promise<Answer>;
  /** Frees it in every thread. */
  free(opened: number): Promise<void>;
  /**
   * Frees all and ends the threads, after two seconds whatever they work on. What they are opening they may finish: a thread
   * that is ended while a runtime's own code loads a model takes the process with it.
   */
  close(): Promise<void>;
}

/** Milliseconds. */
const CLOSING = 2_000;
const OPENING = 10_000;

export const createCrew = <Source, Task, Answer>({
  count,
  start,
}: CrewOptions<Source, Task, Answer>): Crew<Source, Task, Answer> => {
  const sources = new Map<number, Source>();
  const seats = Array.from({ length: count }, () => createSeat(sources, start));
  const idle = [...seats];
  const waiting: ((seat: Seat<Task, Answer>) => void)[] = [];
  let added = 0;

  const take = (): Promise<Seat<Task, Answer>> => {
    const seat = idle.pop();
    return seat ? Promise.resolve(seat) : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (seat: Seat<Task, Answer>): void => {
    const next = waiting.shift();
    if (next) next(seat);
    else idle.push(seat);
  };

  /** Ends the thread when its time is over. */
  const inTime = async (seat: Seat<Task, Answer>, opened: number, task: Task, options: TaskOptions) => {
    const { patience, onLate } = options;
    let late = false;
    let timer: NodeJS.Timeout | undefined;
    const started = () => {
      timer = setTimeout(() => {
        late = true;
        onLate?.();
        void seat.end();
      }, patience);
    };
    try {
      return await seat.run(opened, task, started);
    } catch (error) {
      if (late && error instanceof ThreadEnded) throw tooSlow(patience);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  const free = async (opened: number): Promise<void> => {
    sources.delete(opened);
    await Promise.all(seats.map((seat) => seat.free(opened)));
  };

  return {
    add(source) {
      sources.set(added, source);
      return added++;
    },
    async open(opened) {
      await Promise.all(seats.map((seat) => seat.open(opened)));
    },
    async run(opened, task, options) {
      const seat = await take();
      try {
        options.signal?.throwIfAborted();
        return await inTime(seat, opened, task, options);
      } finally {
        give(seat);
      }
    },
    free,
    async close() {
      for (const seat of seats) seat.close();
      await within(OPENING, Promise.all(seats.map((seat) => seat.settled())));
      await within(CLOSING, Promise.all([...sources.keys()].map(free)));
      await Promise.all(seats.map((seat) => seat.end()));
    },
  };
};

/** Resolves when `work` ends, or `milliseconds` have passed. */
const within = async (milliseconds: number, work: Promise<unknown>): Promise<void> => {
  const waited = new AbortController();
  const ended = work.finally(() => waited.abort());
  await Promise.race([ended, sleep(milliseconds, undefined, { signal: waited.signal }).catch(() => undefined)]);
};

const tooSlow = (patience: number): Problem =>
  new Problem(422, `this photo took longer than ${patience / 1000} s and was given up; scale it down`, {
    title: "Photo takes too long",
  });

/** A copy in memory that every thread can read, instead of a copy for each. */
export const shareBytes = (bytes: Uint8Array): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
};
