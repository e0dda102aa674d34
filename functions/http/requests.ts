/** What every request gets: an id, a line in the log, and headers that belong on every answer. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Clock } from "../../shared/classifier/clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics/metrics.ts";

export interface Variables {
  requestId: string;
  /** What the handler adds to the request's line in the log. */
  about: Record<string, string | number>;
}

/** A client that went away reads no answer; the status is nginx's, for the log. */
export const CLIENT_CLOSED_REQUEST = 499;

export const logRequests =
  ({
    log,
    clock,
    metrics,
  }: {
    log: Log;
    clock: Clock;
    metrics?: Metrics | undefined;
  }): MiddlewareHandler<{ Variables: Variables }> =>
  async (c, next) => {
    const started = clock.now();
    c.set("about", {});
    await next();
    // a problem is a response of its own, without the headers set before
    c.header("x-request-id", c.get("requestId"));
    c.header("x-content-type-options", "nosniff");
    const { status } = c.res;
    const elapsed = clock.now() - started;
    metrics?.request(routePath(c, -1), c.req.method, status, elapsed / 1000);
    log({
      level: status >= 500 ? "error" : "info",
      event: "request",
      requestId: c.get("requestId"),
      method: c.req.method,
      path: c.req.path,
      status,
      outcome: outcomeOf(status),
      ms: Math.round(elapsed),
      ...c.get("about"),
    });
  };

/** `left`: the client did, before its answer. */
const outcomeOf = (status: number): "answered" | "refused" | "left" | "failed" => {
  if (status < 400) return "answered";
  if (status === CLIENT_CLOSED_REQUEST) return "left";
  return status < 500 ? "refused" : "failed";
};
