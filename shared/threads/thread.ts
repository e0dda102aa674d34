/** One worker thread, seen from outside: it is asked, it answers, and it can be ended whatever it does. */
import { Worker } from "node:worker_threads";
import { Problem } from "../problem.ts";
import type { Reply, Work } from "./messages.ts";

/** The thread ended before it answered. */
export class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";
}

export interface Thread<Source, Task, Answer> {
  /** @throws Problem, or the thread's own error; ThreadEnded when it ends first */
  ask(work: Work<Source, Task>): Promise<Answer | undefined>;
  /** Whoever ended it. */
  readonly ended: boolean;
  end(): Promise<void>;
}

/** @param file what the thread runs, by `answerRequests` @param data what it is started with */
export const startThread = <Source, Task, Answer>(file: URL, data?: unknown): Thread<Source, Task, Answer> => {
  const worker = new Worker(file, { workerData: data, stdout: true });
  // our stdout is for data, and libheif tells stdout of damaged photos
  worker.stdout.resume();
  const waiting = new Map<number, { resolve(answer: Answer | undefined): void; reject(error: Error): void }>();
  let jobs = 0;
  let over: Error | undefined;

  worker.on("message", ({ job, ...outcome }: Reply<Answer>) => {
    const asked = waiting.get(job);
    waiting.delete(job);
    if (outcome.kind === "done") asked?.resolve(outcome.answer);
    else if (outcome.kind === "failed") asked?.reject(outcome.error);
    else asked?.reject(new Problem(outcome.status, outcome.detail, problemOptions(outcome)));
  });
  worker.on("error", (cause) => {
    over ??= new ThreadEnded(`a worker thread stopped: ${String(cause)}`, { cause });
  });
  worker.on("exit", (code) => {
    over ??= new ThreadEnded(`a worker thread ended with code ${code}`);
    for (const { reject } of waiting.values()) reject(over);
    waiting.clear();
  });

  return {
    get ended() {
      return over !== undefined;
    },
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (over) return reject(over);
        const job = jobs++;
        waiting.set(job, { resolve, reject });
        worker.postMessage({ job, ...work });
      }),
    async end() {
      over ??= new ThreadEnded("a worker thread was ended");
      await worker.terminate();
    },
  };
};

const problemOptions = ({ title, retryAfter }: { title: string; retryAfter: number | undefined }) => ({
  title,
  ...(retryAfter !== undefined && { retryAfter }),
});
