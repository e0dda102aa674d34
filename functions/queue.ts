/**
 * Bounds how many photos are worked on at once, and how many wait: memory and time stay bounded however many clients come.
 */
import { Problem } from "../shared/problem.ts";

export interface Queue {
  /**
   * Runs `task` when its turn comes.
   * @throws Problem 503 with retryAfter when too many wait already; the signal's reason when it aborts while waiting
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Tasks that run now, and that wait. */
  readonly length: number;
}

/**
 * @param running how many tasks at once
 * @param waiting how many may wait beyond those
 */
export const createQueue = ({ running, waiting }: { running: number; waiting: number }): Queue => {
  let active = 0;
  const waiters: (() => void)[] = [];

  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiters.splice(waiters.indexOf(start), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      waiters.push(start);
    });

  return {
    get length() {
      return active + waiters.length;
    },
    async run(task, signal) {
      signal?.throwIfAborted();
      if (active < running) active++;
      else if (waiters.length < waiting) await turn(signal);
      else
        throw new Problem(
          503,
          `${active + waiters.length} photos are being classified or wait; try again in a second`,
          {
            retryAfter: 1,
          },
        );
      try {
        return await task();
      } finally {
        // a waiter takes over this turn, so `active` stays
        const next = waiters.shift();
        if (next) next();
        else active--;
      }
    },
  };
};
