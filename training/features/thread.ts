/** One worker thread, seen from outside: asked one photo at a time, it answers or it has stopped. */
import { Worker } from "node:worker_threads";
import { workerFile } from "../../shared/package-root.ts";
import { Problem } from "../../shared/problem.ts";
import type { Answer, Item, Request, Work } from "./messages.ts";

/** What became of one photo: an output per view, or what is wrong with it. */
export type Outcome = Float32Array[] | Problem;

export interface Thread {
  open(work: number, open: Work): void;
  /** @throws Error when the engine fails or the thread stops */
  run(work: number, index: number, item: Item): Promise<Outcome>;
  free(work: number): void;
  /** Lets it free its models and end; one that has hung is ended after two seconds. */
  close(): Promise<void>;
}

/** Milliseconds that a closing thread gets. */
const patience = 2000;

/** @param file what the thread runs; tests pass another */
export const startThread = (file: URL = workerFile("training/features/worker")): Thread => {
  const worker = new Worker(file, { stdout: true });
  // our stdout is for data, and libheif tells stdout of damaged photos
  worker.stdout.resume();
  let waiting: { resolve: (outcome: Outcome) => void; reject: (error: Error) => void } | undefined;
  let stopped: Error | undefined;

  const stop = (error: Error): void => {
    stopped ??= error;
    waiting?.reject(stopped);
    waiting = undefined;
  };
  worker.on("message", (answer: Answer) => {
    const asked = waiting;
    waiting = undefined;
    if (answer.kind === "done") asked?.resolve(answer.outputs);
    else if (answer.kind === "problem") asked?.resolve(new Problem(answer.status, answer.detail));
    else asked?.reject(answer.error);
  });
  worker.on("error", (cause) =>
    stop(
      new Error(`a worker thread stopped: ${String(cause)}; with less memory to spare, use fewer threads`, { cause }),
    ),
  );
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      stop(new Error(`a worker thread ended with code ${code} before its work was done; run the command again`));
      resolve();
    });
  });
  const send = (request: Request): void => worker.postMessage(request);

  return {
    open: (work, open) => send({ kind: "open", work, open }),
    run: (work, index, item) =>
      new Promise<Outcome>((resolve, reject) => {
        if (stopped) return reject(stopped);
        waiting = { resolve, reject };
        send({ kind: "run", work, index, item });
      }),
    free: (work) => send({ kind: "free", work }),
    async close() {
      send({ kind: "close" });
      const timer = setTimeout(() => worker.terminate(), patience);
      await ended;
      clearTimeout(timer);
    },
  };
};
