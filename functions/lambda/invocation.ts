/** Which invocation a line of the log belongs to: Lambda's own id for it, beside the request's. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Log } from "../log.ts";

const invocations = new AsyncLocalStorage<string>();

/** Runs `work` as this invocation's. */
export const inInvocation = <T>(awsRequestId: string, work: () => Promise<T>): Promise<T> =>
  invocations.run(awsRequestId, work);

/** Adds `lambdaRequestId`, by which the platform's own lines can be found. */
export const nameInvocation =
  (log: Log): Log =>
  (entry) => {
    const lambdaRequestId = invocations.getStore();
    log(lambdaRequestId === undefined ? entry : { ...entry, lambdaRequestId });
  };
