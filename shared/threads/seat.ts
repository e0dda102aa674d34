/** A place for one worker thread after another: where one has ended, the next piece of work starts a new one. */
import { type Thread, ThreadEnded } from "./thread.ts";

export interface Seat<Task, Answer> {
  /** Has the thread that sits here open it; once per thread. */
  open(opened: number): Promise<void>;
  /** In a thread that has it open. @param started called when the task itself begins */
  run(opened: number, task: Task, started: () => void): Promise<Answer>;
  free(opened: number): Promise<void>;
  /** Ends the thread, whatever it does; the next piece of work starts another. */
  end(): Promise<void>;
  /** From now on nothing starts a thread. */
  close(): void;
  /** Resolves when nothing is being opened, well or badly. */
  settled(): Promise<unknown>;
}

/** A thread may be ended by what it did before it came to what it was asked to open: another tries, and then it is the source's fault. */
const OPENINGS = 2;

/** @param sources what may be opened @param start a thread */
export const createSeat = <Source, Task, Answer>(
  sources: ReadonlyMap<number, Source>,
  start: () => Thread<Source, Task, Answer>,
): Seat<Task, Answer> => {
  let thread: Thread<Source, Task, Answer> | undefined;
  let known = new Map<number, Promise<unknown>>();
  /** Also of what was freed before it was open. */
  const openings = new Set<Promise<unknown>>();
  let closed = false;

  const alive = () => {
    if (thread && !thread.ended) return thread;
    if (closed) throw new ThreadEnded("the worker threads were ended");
    known = new Map();
    thread = start();
    return thread;
  };

  /** The thread that has it open. */
  const open = async (opened: number) => {
    for (let attempt = 1; ; attempt++) {
      const running = alive();
      const mine = known;
      const opening = mine.get(opened) ?? running.ask({ kind: "open", opened, source: sources.get(opened)! });
      mine.set(opened, opening);
      openings.add(opening);
      try {
        await opening;
        return running;
      } catch (error) {
        // one that failed is tried again
        mine.delete(opened);
        if (!(error instanceof ThreadEnded) || attempt === OPENINGS) throw error;
      } finally {
        openings.delete(opening);
      }
    }
  };

  return {
    async open(opened) {
      await open(opened);
    },
    async run(opened, task, started) {
      const running = await open(opened);
      started();
      return (await running.ask({ kind: "run", opened, task })) as Answer;
    },
    async free(opened) {
      if (!known.delete(opened)) return;
      // with a thread that ends, what it had open ends too
      await thread?.ask({ kind: "free", opened }).catch(() => undefined);
    },
    async end() {
      await thread?.end();
    },
    close() {
      closed = true;
    },
    settled: () => Promise.allSettled(openings),
  };
};
