/** The server's worker threads: each model is loaded in all of them, and each photo answered by one. */
import type { Classifier } from "../../shared/classifier/classifier.ts";
import { workerFile } from "../../shared/package-root.ts";
import { createCrew, shareBytes } from "../../shared/threads/crew.ts";
import { startThread } from "../../shared/threads/thread.ts";
import type { Log } from "../log.ts";
import type { RunningModel, VerifiedVersion } from "../models/running.ts";
import type { ThreadAnswer, ThreadModel, ThreadSettings, ThreadTask } from "./messages.ts";

export interface ThreadsOptions extends ThreadSettings {
  count: number;
  /** Milliseconds one photo may take, from bytes to answer, beside what its model is known to take. */
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

/** How many times slower than the machine that trained a model one that serves may be: such a model is slow, not the photo. */
const SLOWER = 4;

export const createThreads = (options: ThreadsOptions): Threads => {
  const { engine, limits, count, patience, log, file = workerFile("functions/threads/worker") } = options;
  const settings: ThreadSettings = { engine, limits };
  const start = () => startThread<ThreadModel, ThreadTask, ThreadAnswer>(file, settings);
  const crew = createCrew({ count, start });

  return {
    async load({ manifest, file: { precision, ms }, bytes }) {
      const most = patience + 1000 * Math.round((SLOWER * (ms[engine] ?? 0)) / 1000);
      const model = crew.add({ manifest, precision, bytes: shareBytes(bytes) });
      const dispose = () => crew.free(model);
      const onLate = () => log({ level: "warn", event: "thread ended", model: manifest.name, ms: most });
      const classifier: Classifier = {
        classify: (photo, { signal, ...wanted } = {}) =>
          crew.run(model, { photo, options: wanted }, { patience: most, signal, onLate }),
      };
      try {
        await crew.open(model);
      } catch (error) {
        await dispose();
        throw error;
      }
      return { manifest, classifier, dispose };
    },
    close: crew.close,
  };
};
