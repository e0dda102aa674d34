/** Every error leaves as `application/problem+json` (RFC 9457), and what nobody foresaw is logged with its stack. */
import type { Hono } from "hono";
import { Problem } from "../../shared/problem.ts";
import { DamageError } from "../../shared/registry.ts";
import { describeError, type Log } from "../log.ts";
import { CLIENT_CLOSED_REQUEST, type Variables } from "./requests.ts";

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) }),
      ...headers,
    },
  });

/** Answers errors of `app`'s handlers, unknown paths, and known paths asked by another method. Call it after the last route. */
export const answerProblems = (app: Hono<{ Variables: Variables }>, log: Log): void => {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes)
    if (method !== "ALL") methods.set(path, (methods.get(path) ?? new Set()).add(method));
  for (const [path, known] of methods) {
    const allowed = [...known].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
    app.all(path, (c) =>
      c.req.method === "OPTIONS"
        ? c.body(null, 204, { allow: `${allowed}, OPTIONS` })
        : problemResponse(new Problem(405, `${c.req.path} does not take ${c.req.method}; it takes ${allowed}`), {
            allow: allowed,
          }),
    );
  }
  app.notFound((c) =>
    problemResponse(
      new Problem(404, `there is nothing at ${c.req.path}; photos go to POST /classify, models are at GET /models`),
    ),
  );
  app.onError((error, c) => {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof DamageError) {
      log({ level: "error", event: "store damaged", requestId: c.get("requestId"), error: describeError(error) });
      return problemResponse(new Problem(503, error.message));
    }
    if (c.req.raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    return problemResponse(unforeseen(error, c.get("requestId"), log));
  });
};

/** Logs the error, and says nothing of it, since it may hold what is nobody's business. */
export const unforeseen = (error: unknown, requestId: string, log: Log): Problem => {
  log({ level: "error", event: "failure", requestId, error: describeError(error) });
  return new Problem(500, `something went wrong here; the server's log has it under the request id ${requestId}`);
};
