/** A place for one worker thread after another: where one has ended, the next piece of work starts a new one. */
import { workerFile } from "../../shared/package-root.ts";
import type { Done, ThreadModel, ThreadSettings, Work } from "./messages.ts";
import { startThread, type Thread } from "./thread.ts";

export interface Seat {
  /** Once per thread; a new thread has no model. */
  load(model: number): Promise<unknown>;
  dispose(model: number): Promise<unknown>;
  ask(work: Work): Promise<Done>;
  end(): Promise<void>;
}

/** @param models what `load` may be asked for */
export const createSeat = (
  { engine, limits, file = workerFile("functions/threads/worker") }: ThreadSettings & { file?: URL | undefined },
  models: ReadonlyMap<number, ThreadModel>,
): Seat => {
  let thread: Thread | undefined;
  let loaded = new Map<number, Promise<unknown>>();

  const alive = (): Thread => {
    if (thread && !thread.ended) return thread;
    loaded = new Map();
    thread = startThread({ engine, limits }, file);
    return thread;
  };

  return {
    load(model) {
      const running = alive();
      const known = loaded;
      const loading = known.get(model) ?? running.ask({ kind: "load", model, source: models.get(model)! });
      known.set(model, loading);
      // one that failed is tried again
      loading.catch(() => known.delete(model));
      return loading;
    },
    async dispose(model) {
      if (!loaded.delete(model)) return;
      // with a thread that ends its models end too
      await thread?.ask({ kind: "dispose", model }).catch(() => undefined);
    },
    ask: (work) => alive().ask(work),
    async end() {
      await thread?.end();
    },
  };
};
