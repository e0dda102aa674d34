import { describe, expect, it } from "vitest";
import { createCrew } from "../../shared/threads/crew.ts";
import { type Thread, ThreadEnded } from "../../shared/threads/thread.ts";

/** A thread that opens nothing until it is let die. */
const startDoomed = () => {
  let die: (error: ThreadEnded) => void = () => undefined;
  const thread: Thread<string, string, string> = {
    ended: false,
    ask: () => new Promise((_, reject) => (die = reject)),
    end: async () => undefined,
  };
  return {
    thread,
    die() {
      Object.assign(thread, { ended: true });
      die(new ThreadEnded("a worker thread ended with code 1"));
    },
  };
};

describe("a crew", () => {
  it("starts no thread once it is being closed, or it would keep the process alive", async () => {
    const started: ReturnType<typeof startDoomed>[] = [];
    const crew = createCrew<string, string, string>({
      count: 1,
      start() {
        started.push(startDoomed());
        return started.at(-1)!.thread;
      },
    });
    const opened = crew.add("a model");
    const opening = crew.open(opened);
    const closing = crew.close();
    started[0]!.die();
    await closing;
    await expect(opening).rejects.toThrow("the worker threads were ended");
    await expect(crew.run(opened, "a photo", { patience: 1000 })).rejects.toThrow("the worker threads were ended");
    expect(started).toHaveLength(1);
  });
});
