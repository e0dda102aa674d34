/** Answers 429 to a caller who asks too often. */
import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../../shared/problem.ts";

/** Computing and writing cost more than reading, so each is counted by itself. */
export type Asking = "work" | "reading";

export interface Rate {
  /** Counts the request; false when its caller has had enough. */
  allows(c: Context, asking: Asking): Promise<boolean>;
  /** After which the caller may ask again. */
  seconds(asking: Asking): number;
}

/** Whoever runs the server asks these, and often from one address. They look at nothing. */
const UNCOUNTED = ["/healthz", "/readyz", "/metrics"];

const askingOf = (method: string, path: string): Asking | undefined => {
  if (method === "OPTIONS") return undefined;
  if (method !== "GET" && method !== "HEAD") return "work";
  return UNCOUNTED.includes(path) ? undefined : "reading";
};

export const limitRate =
  (rate: Rate): MiddlewareHandler =>
  async (c, next) => {
    const asking = askingOf(c.req.method, c.req.path);
    if (asking && !(await rate.allows(c, asking))) {
      const seconds = rate.seconds(asking);
      throw new Problem(429, `too many requests from your address; try again in ${seconds} s`, { retryAfter: seconds });
    }
    await next();
  };
