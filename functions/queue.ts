/**
 * Bounds how many photos are worked on at once, and how many requests wait: memory and time stay bounded however many
 * clients come. A turn is one photo's: a request with many waits with one at a time, behind those of others.
 */
import type { Clock } from "../shared/classifier/clock.ts";
import type { RequestLimits } from "../shared/limits.ts";
import { Problem } from "../shared/problem.ts";

/**
 * Runs `task`, the work on one photo, when its turn comes.
 * @throws Problem 503 with retryAfter when the turn does not come in time; the signal's reason when it aborts while waiting
 */
export type Turn = <T>(task: () => Promise<T>) => Promise<T>;

export interface Queue {
  /**
   * Gives a request with so many photos its place until `work` is done.
   * @throws Problem 503 with retryAfter when too many requests are here already
   */
  admit<T>(photos: number, work: (turn: Turn) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Photos that are worked on, and that wait. */
  readonly length: number;
}

export type QueueLimits = Pick<RequestLimits, "running" | "waiting" | "turnTime" | "answerTime">;

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

export const createQueue = (limits: QueueLimits, clock: Pick<Clock, "now">): Queue => {
  const { running, waiting, turnTime, answerTime } = limits;
  let requests = 0;
  let photosHere = 0;
  let active = 0;
  const waiters: (() => void)[] = [];

  /** @param patience milliseconds after which the turn has come too late */
  const waitForTurn = (patience: number, late: () => Problem, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", leave);
      };
      const start = () => {
        settle();
        resolve();
      };
      const giveUp = (reason: unknown) => {
        settle();
        waiters.splice(waiters.indexOf(start), 1);
        reject(reason);
      };
      const leave = () => giveUp(signal?.reason);
      const timer = Number.isFinite(patience) ? setTimeout(() => giveUp(late()), patience) : undefined;
      signal?.addEventListener("abort", leave, { once: true });
      waiters.push(start);
    });

  return {
    get length() {
      return photosHere;
    },
    async admit(photos, work, signal) {
      if (requests >= running + waiting)
        throw new Problem(503, `${photosHere} photos are being classified or wait; try again in a second`, {
          retryAfter: 1,
        });
      const deadline = clock.now() + answerTime;
      let left = photos;
      requests++;
      photosHere += photos;
      const turn: Turn = async (task) => {
        signal?.throwIfAborted();
        const remaining = deadline - clock.now();
        if (remaining <= 0) throw tooLong(answerTime);
        if (active < running) active++;
        else {
          const late = () => (remaining < turnTime ? tooLong(answerTime) : tooBusy(turnTime));
          await waitForTurn(Math.min(turnTime, remaining), late, signal);
        }
        try {
          return await task();
        } finally {
          if (left > 0) {
            left--;
            photosHere--;
          }
          // a waiter takes over this turn, so `active` stays
          const next = waiters.shift();
          if (next) next();
          else active--;
        }
      };
      try {
        return await work(turn);
      } finally {
        requests--;
        photosHere -= left;
      }
    },
  };
};

const tooBusy = (turnTime: number): Problem =>
  new Problem(
    503,
    `this photo waited ${seconds(turnTime)} for its turn; too many are being classified, try again later`,
    {
      retryAfter: 5,
    },
  );

const tooLong = (answerTime: number): Problem =>
  new Problem(503, `this request was not done after ${seconds(answerTime)}; try again with fewer or smaller photos`, {
    retryAfter: 5,
  });
