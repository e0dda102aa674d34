/** What every request gets: an id, a line in the log, and headers that belong on every answer. */
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../shared/classifier/clock.ts";
import type { Log } from "../log.ts";

export interface Variables {
  requestId: string;
  /** What the handler adds to the request's line in the log. */
  about: Record<string, string | number>;
}

export const logRequests =
  (log: Log, clock: Clock): MiddlewareHandler<{ Variables: Variables }> =>
  async (c, next) => {
    const started = clock.now();
    c.set("about", {});
    await next();
    c.header("x-content-type-options", "nosniff");
    log({
      level: c.res.status >= 500 ? "error" : "info",
      event: "request",
      requestId: c.get("requestId"),
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(clock.now() - started),
      ...c.get("about"),
    });
  };
