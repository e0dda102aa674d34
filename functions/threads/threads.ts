/**
 * The server's worker threads, one photo at a time each. One that works on a photo for too long is ended and replaced: wasm
 * heeds no signal.
 */
import type { Classifier } from "../../shared/classifier/classifier.ts";
import { Problem } from "../../shared/problem.ts";
import type { Log } from "../log.ts";
import type { RunningModel, VerifiedVersion } from "../models/running.ts";
import type { ThreadAnswer, ThreadModel, ThreadSettings, ThreadWanted } from "./messages.ts";
import { createSeat, type Seat } from "./seat.ts";
import { ThreadEnded } from "./thread.ts";

export interface ThreadsOptions extends ThreadSettings {
  count: number;
  /** Milliseconds one photo may take, from bytes to answer. */
  patience: number;
  log: Log;
  /** What a thread runs; tests pass another. */
  file?: URL | undefined;
}

export interface Threads {
  /** Loads a model in every thread. */
  load(version: Omit<VerifiedVersion, "probe">): Promise<RunningModel>;
  close(): Promise<void>;
}

export const createThreads = (options: ThreadsOptions): Threads => {
  const { count, patience, log } = options;
  const models = new Map<number, ThreadModel>();
  const seats = Array.from({ length: count }, () => createSeat(options, models));
  const idle = [...seats];
  const waiting: ((seat: Seat) => void)[] = [];
  let made = 0;

  const take = (): Promise<Seat> => {
    const seat = idle.pop();
    return seat ? Promise.resolve(seat) : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (seat: Seat): void => {
    const next = waiting.shift();
    if (next) next(seat);
    else idle.push(seat);
  };

  /** Ends the thread when its time is over. */
  const inTime = async (seat: Seat, model: number, photo: Uint8Array, wanted: ThreadWanted): Promise<ThreadAnswer> => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      log({ level: "warn", event: "thread ended", model: models.get(model)?.manifest.name, ms: patience });
      void seat.end();
    }, patience);
    try {
      return (await seat.ask({ kind: "classify", model, photo, options: wanted })).answer!;
    } catch (error) {
      if (late && error instanceof ThreadEnded) throw tooSlow(patience);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  const classifierOf = (model: number): Classifier => ({
    async classify(photo, { signal, ...wanted } = {}) {
      const seat = await take();
      try {
        signal?.throwIfAborted();
        await seat.load(model);
        return await inTime(seat, model, photo, wanted);
      } finally {
        give(seat);
      }
    },
  });

  return {
    async load({ manifest, file: { precision }, bytes }) {
      const model = made++;
      models.set(model, { manifest, precision, bytes: share(bytes) });
      const dispose = async () => {
        models.delete(model);
        await Promise.all(seats.map((seat) => seat.dispose(model)));
      };
      try {
        await Promise.all(seats.map((seat) => seat.load(model)));
      } catch (error) {
        await dispose();
        throw error;
      }
      return { manifest, classifier: classifierOf(model), dispose };
    },
    async close() {
      await Promise.all(seats.map((seat) => seat.end()));
    },
  };
};

const tooSlow = (patience: number): Problem =>
  new Problem(422, `this photo took longer than ${patience / 1000} s and was given up; scale it down`, {
    title: "Photo takes too long",
  });

/** A copy in memory that every thread can read, instead of a copy for each. */
const share = (bytes: Uint8Array): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
};
