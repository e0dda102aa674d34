/** Hostile plans in a thread of their own, since nothing but its end stops WebAssembly that runs on and on. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { hostileLimits, Outcome } from "./hostile.ts";

export interface HostileThread {
  /**
   * @param deadlineMs by the clock, for a machine that others use: the processor's time is in the outcome
   * @throws Error when the plan broke out, ran on, or ended the thread
   */
  run(bytes: Uint8Array, deadlineMs?: number, limits?: Partial<typeof hostileLimits>): Promise<Outcome>;
  close(): Promise<unknown>;
}

export const startHostileThread = (): HostileThread => {
  let worker: Worker | undefined;
  const close = async (): Promise<void> => {
    await worker?.terminate();
    worker = undefined;
  };
  return {
    close,
    async run(bytes, deadlineMs = 60_000, limits) {
      worker ??= new Worker(new URL("./hostile-worker.ts", import.meta.url));
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), deadlineMs);
      try {
        const answer = once(worker, "message", { signal: patience.signal });
        worker.postMessage({ bytes, limits });
        const [outcome] = (await answer) as [Outcome | { broken: string }];
        if ("broken" in outcome) throw new Error(outcome.broken);
        return outcome;
      } catch (error) {
        await close();
        if (patience.signal.aborted) throw new Error(`a run did not end within ${deadlineMs} ms`);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
};

/**
 * Processor time that a run's work may take. The slowest kernels take 20 ms for 2^25 of work; the first runs are of code that
 * is not optimised yet.
 */
export const allowedMs = (work: number): number => 200 + (work / 2 ** 25) * 100;
