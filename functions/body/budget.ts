/** How many bytes of request bodies may be held at once, over all requests. */
import { Problem } from "../../shared/problem.ts";

export interface Budget {
  /** @throws Problem 503 with retryAfter when the bytes would not fit beside what others hold */
  take(bytes: number): void;
  give(bytes: number): void;
}

export const createBudget = (total: number): Budget => {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > total)
        throw new Problem(503, "too many photos are being sent at once; try again in a second", { retryAfter: 1 });
      held += bytes;
    },
    give(bytes) {
      held -= bytes;
    },
  };
};
