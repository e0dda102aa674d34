/** The function that Lambda calls: an event in, an answer out, before the invocation's time is over. */
import { Problem } from "../../shared/problem.ts";
import { problemResponse } from "../http/problems.ts";
import type { Log } from "../log.ts";
import type { Allowance } from "./allowance.ts";
import { requestOf } from "./event.ts";
import { inInvocation } from "./invocation.ts";
import { type Result, resultOf } from "./result.ts";

/** What is used of Lambda's context. */
export interface Invocation {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, invocation: Invocation) => Promise<Result>;

/** Milliseconds kept back to say that there was not enough time, and to hand the answer over. */
const MARGIN = 500;

/**
 * A request that takes too long is aborted and answered with 503. Inference in wasm cannot be interrupted: where one run
 * takes longer than what is left, Lambda itself ends the invocation, so the function's timeout must be well above a run.
 *
 * @param fetch of the app; its answers may never be later than the deadline
 */
export const createHandler =
  (fetch: (request: Request) => Response | Promise<Response>, log: Log, allowance: Allowance): Handler =>
  (event, invocation) => {
    const { awsRequestId } = invocation;
    return inInvocation(awsRequestId, async () => {
      const deadline = startDeadline(Math.max(0, invocation.getRemainingTimeInMillis() - MARGIN));
      let requestId = awsRequestId;
      try {
        const request = requestOf(event, awsRequestId, deadline.signal);
        requestId = request.headers.get("x-request-id")!;
        allowance.admit(request.method);
        const answering = Promise.resolve(fetch(request));
        const response = await Promise.race([answering, deadline.reached]).catch((error: unknown) => {
          // what comes too late is sent to nobody, and lets go of what it holds
          answering.then((late) => late.body?.cancel()).catch(() => {});
          throw error;
        });
        const result = await resultOf(response);
        allowance.sent(bytesOf(result));
        return result;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error === deadline.signal.reason) log({ level: "error", event: "deadline", requestId });
        return resultOf(problemResponse(error));
      } finally {
        deadline.clear();
      }
    });
  };

/** Of the body, as the function URL sends it. */
const bytesOf = ({ body, isBase64Encoded }: Result): number =>
  Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8");

const startDeadline = (milliseconds: number) => {
  const stop = new AbortController();
  const { signal } = stop;
  const late = () => stop.abort(new Problem(503, "there was not enough time to answer; try again", { retryAfter: 1 }));
  const timer = setTimeout(late, milliseconds);
  // listened to before the request's own listeners, so that it answers and not they
  const reached = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  return { signal, reached, clear: () => clearTimeout(timer) };
};
