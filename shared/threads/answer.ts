/** The inside of a worker thread: opens what it is told to, works with it, and answers each request. */
import { parentPort } from "node:worker_threads";
import { Problem } from "../problem.ts";
import type { Outcome, Request, Work } from "./messages.ts";

export interface Craft<Source, Opened, Task, Answer> {
  open(source: Source): Promise<Opened>;
  run(opened: Opened, task: Task): Promise<Answer>;
  free(opened: Opened): Promise<void>;
  /** Memory that moves with an answer instead of being copied. */
  transfer?(answer: Answer): ArrayBuffer[];
}

/** Answers the requests of the thread that started this one. */
export const answerRequests = <Source, Opened, Task, Answer>(craft: Craft<Source, Opened, Task, Answer>): void => {
  const port = parentPort!;
  const all = new Map<number, Promise<Opened>>();

  const perform = async (work: Work<Source, Task>): Promise<Outcome<Answer>> => {
    switch (work.kind) {
      case "open": {
        const opening = craft.open(work.source);
        all.set(work.opened, opening);
        await opening;
        return { kind: "done" };
      }
      case "run":
        return { kind: "done", answer: await craft.run(await all.get(work.opened)!, work.task) };
      case "free": {
        // what is being opened can be freed when it is open
        const opened = await all.get(work.opened)?.catch(() => undefined);
        all.delete(work.opened);
        if (opened !== undefined) await craft.free(opened);
        return { kind: "done" };
      }
    }
  };

  port.on("message", async ({ job, ...work }: Request<Source, Task>) => {
    const outcome = await perform(work as Work<Source, Task>).catch(failure);
    const moved =
      outcome.kind === "done" && outcome.answer !== undefined ? craft.transfer?.(outcome.answer) : undefined;
    port.postMessage({ job, ...outcome }, moved ?? []);
  });
};

const failure = (error: unknown): Outcome<never> => {
  if (error instanceof Problem) {
    const { status, message: detail, title, retryAfter } = error;
    return { kind: "problem", status, detail, title, retryAfter };
  }
  return { kind: "failed", error: error instanceof Error ? error : new Error(String(error)) };
};
