/** Every error leaves as `application/problem+json` (RFC 9457), or as a page for who likes that better, and what nobody foresaw is logged with its stack. */
import type { Context, Hono } from "hono";
import { Problem } from "../../shared/problem.ts";
import { DamageError } from "../../shared/registry.ts";
import { describeError, type Log } from "../log.ts";
import { prefersHtml } from "./accept.ts";
import { CLIENT_CLOSED_REQUEST, type Variables } from "./requests.ts";

type Headers = Record<string, string>;

/** Headers that a problem's answer has in either form. */
const headersOf = ({ status, retryAfter }: Problem): Headers => ({
  ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
});

export const problemResponse = (problem: Problem, headers: Headers = {}): Response =>
  new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...headersOf(problem), ...headers },
  });

/** Writes a problem as a page. */
export type ProblemPage = (problem: Problem, headers: Headers) => Promise<Response>;

/**
 * Answers errors of `app`'s handlers, unknown paths, and known paths asked by another method. Call it after the last route.
 * @param page for readers who like HTML better; without it there are no pages
 */
export const answerProblems = (app: Hono<{ Variables: Variables }>, log: Log, page?: ProblemPage): void => {
  const tell = async (c: Context, problem: Problem, headers: Headers = {}): Promise<Response> => {
    if (!page) return problemResponse(problem, headers);
    const varied = { ...headers, vary: "accept" };
    if (!prefersHtml(c.req.header("accept"))) return problemResponse(problem, varied);
    return page(problem, { ...headersOf(problem), ...varied });
  };
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes)
    if (method !== "ALL") methods.set(path, (methods.get(path) ?? new Set()).add(method));
  for (const [path, known] of methods) {
    const allowed = [...known].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
    app.all(path, async (c) =>
      c.req.method === "OPTIONS"
        ? c.body(null, 204, { allow: `${allowed}, OPTIONS` })
        : tell(c, new Problem(405, `${c.req.path} does not take ${c.req.method}; it takes ${allowed}`), {
            allow: allowed,
          }),
    );
  }
  app.notFound((c) =>
    tell(
      c,
      new Problem(404, `there is nothing at ${c.req.path}; photos go to POST /classify, models are at GET /models`),
    ),
  );
  app.onError((error, c) => {
    if (error instanceof Problem) return tell(c, error);
    if (error instanceof DamageError) {
      log({ level: "error", event: "store damaged", requestId: c.get("requestId"), error: describeError(error) });
      return tell(c, new Problem(503, error.message));
    }
    if (c.req.raw.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    return tell(c, unforeseen(error, c.get("requestId"), log));
  });
};

/** Logs the error, and says nothing of it, since it may hold what is nobody's business. */
export const unforeseen = (error: unknown, requestId: string, log: Log): Problem => {
  log({ level: "error", event: "failure", requestId, error: describeError(error) });
  return new Problem(500, `something went wrong here; the server's log has it under the request id ${requestId}`);
};
