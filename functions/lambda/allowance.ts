/** How much one instance sends: without an allowance a model's files would be the worst of an abused URL's bill (docs/cost.md). */
import type { Clock } from "../../shared/classifier/clock.ts";
import { lambdaLimits } from "../../shared/limits.ts";
import { Problem } from "../../shared/problem.ts";

const MINUTE = 60_000;

export interface Allowance {
  /** @throws Problem 429 when reading has to wait; classifying never does, since its answers are small */
  admit(method: string): void;
  /** Counts what was answered. */
  sent(bytes: number): void;
}

export const createAllowance = (clock: Pick<Clock, "now">, most = lambdaLimits.sentAMinute): Allowance => {
  let began = Number.NEGATIVE_INFINITY;
  let spent = 0;
  return {
    admit(method) {
      const now = clock.now();
      if (now - began >= MINUTE) {
        began = now;
        spent = 0;
      }
      if (method !== "GET" || spent < most) return;
      const seconds = Math.ceil((began + MINUTE - now) / 1000);
      throw new Problem(429, `too much was sent from here within a minute; try again in ${seconds} s`, {
        retryAfter: seconds,
      });
    },
    sent(bytes) {
      spent += bytes;
    },
  };
};
