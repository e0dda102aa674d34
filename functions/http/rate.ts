/** Answers 429 to a caller who asks for work too often. */
import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../../shared/problem.ts";

export interface Rate {
  /** Counts the request; false when its caller has had enough. */
  allows(c: Context): Promise<boolean>;
  /** After which the caller may ask again. */
  seconds: number;
}

/** Only POST computes anything. */
export const limitRate =
  (rate: Rate): MiddlewareHandler =>
  async (c, next) => {
    if (c.req.method === "POST" && !(await rate.allows(c)))
      throw new Problem(429, `too many requests from your address; try again in ${rate.seconds} s`, {
        retryAfter: rate.seconds,
      });
    await next();
  };
