/**
 * Requests for a model that this Worker cannot run go on to a server that runs it, as they are but for what is nobody
 * else's business: keys, tokens, cookies and the caller's address stay here. That server knows this one by a token of the two.
 * Its answer and its problems come back as they are.
 */
import { edgeLimits } from "../../shared/limits.ts";
import { Problem } from "../../shared/problem.ts";
import { problemResponse } from "../http/problems.ts";
import type { FindUnfit } from "./fit.ts";

/** Says who answered: `edge`, or the fallback's host. */
export const ANSWERED_BY = "whippet-answered-by";

/** A request that has it was passed on once. */
const PASSED_ON = "whippet-passed-on";

/** What the fallback needs to know of a request, and the client of an answer. */
const requestHeaders = ["accept", "content-type", "user-agent"];
const answerHeaders = ["cache-control", "content-type", "etag", "retry-after", "server-timing", "whippet-version"];

export interface PassOnParts {
  findUnfit: FindUnfit;
  fallback: URL | undefined;
  /** Proves to the fallback that it is this Worker who asks, which has looked at the caller's key. */
  token?: string | undefined;
  patience?: number;
}

/**
 * @param requestId the fallback's too, so that both logs have it and a candidate is drawn by it
 * @returns undefined when the model is to be run here
 */
export type PassOn = (request: Request, model: string, requestId: string) => Promise<Response | undefined>;

/** The promise rejects with a Problem: 503 without a fallback, 502 when it answers nothing sensible, 504 when it is late. */
export const createPassOn =
  ({ findUnfit, fallback, token, patience = edgeLimits.fallback }: PassOnParts): PassOn =>
  async (request, model, requestId) => {
    const unfit = await findUnfit(model);
    if (!unfit) return undefined;
    const { version, reason, fix } = unfit;
    const cannot = `model ${model} ${version} ${reason}`;
    if (!fallback) throw new Problem(503, `${cannot}; set WHIPPET_FALLBACK_URL to a server that has it, or ${fix}`);
    const asked = new URL(request.url);
    if (request.headers.has(PASSED_ON) || asked.host === fallback.host)
      throw new Problem(
        502,
        `${cannot}, and this request was passed on already; WHIPPET_FALLBACK_URL must be a server that runs the model itself`,
      );
    return answerOf(await forward(request, requestId, { asked, fallback, token, patience }), fallback);
  };

const forward = async (
  request: Request,
  requestId: string,
  { asked, fallback, token, patience }: { asked: URL; fallback: URL; token: string | undefined; patience: number },
): Promise<Response> => {
  const headers = new Headers({
    [PASSED_ON]: asked.host,
    "x-request-id": requestId,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  });
  for (const name of requestHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const timeout = AbortSignal.timeout(patience);
  try {
    const init: RequestInit & { duplex: "half" } = {
      method: request.method,
      headers,
      body: request.body,
      // Node's fetch wants to be told that a body may stream; workerd's does not ask
      duplex: "half",
      redirect: "manual",
      signal: AbortSignal.any([request.signal, timeout]),
    };
    return await fetch(new URL(`.${asked.pathname}${asked.search}`, fallback), init);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    if (timeout.aborted)
      throw new Problem(
        504,
        `${fallback.host}, which runs this model, took longer than ${patience / 1000} s; try again`,
        {
          cause,
          retryAfter: 5,
        },
      );
    throw new Problem(502, `${fallback.host}, which runs this model, cannot be reached; try again`, {
      cause,
      retryAfter: 5,
    });
  }
};

const answerOf = async (answer: Response, { host }: URL): Promise<Response> => {
  const type = answer.headers.get("content-type")?.split(";")[0]?.trim();
  const isWhippets = type === "application/problem+json" || (answer.ok && type === "application/json");
  if (!isWhippets || answer.status === 401) {
    await answer.body?.cancel();
    return problemResponse(problemOf(answer.status, type, host), { [ANSWERED_BY]: host });
  }
  const headers = new Headers({ [ANSWERED_BY]: host });
  for (const name of answerHeaders) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
};

/** What stands before the fallback has spoken, not Whippet; or Whippet did, but to this Worker and not to who asks. */
const problemOf = (status: number, type: string | undefined, host: string): Problem => {
  const runs = `${host}, which runs this model,`;
  if (status === 401)
    return new Problem(
      502,
      `${runs} answers to keys alone and does not know this Worker; the owner must give both the same WHIPPET_FALLBACK_TOKEN`,
    );
  const said = `${runs} answered ${status} with ${type ?? "no content type"}`;
  return status === 413
    ? new Problem(413, `${said}: the photo is too large for it; send a smaller one`)
    : new Problem(502, `${said}; ask the owner to look at its log`);
};
