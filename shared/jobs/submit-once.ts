/**
 * Submits a job once. AWS Batch knows no request twice: a submission whose answer was lost may have arrived, and sent again
 * it would train twice. So it is looked for by its name before it is sent again.
 */

export interface Submission {
  /** @returns the job's id */
  submit: () => Promise<string>;
  /** The id of the job that an earlier attempt submitted. */
  submitted: () => Promise<string | undefined>;
  /** Milliseconds before each further attempt; a job may not be listed right after it was submitted. */
  pauses?: readonly number[];
}

/** @throws what `submit` throws, when it is no failure that may pass */
export const submitOnce = async ({ submit, submitted, pauses = [500, 2000, 8000] }: Submission): Promise<string> => {
  for (let attempt = 0; ; attempt++)
    try {
      return await submit();
    } catch (error) {
      const pause = pauses[attempt];
      if (pause === undefined || !mayPass(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
      const id = await submitted();
      if (id !== undefined) return id;
    }
};

/** No answer at all, too many requests, or a failure on AWS's side. */
const mayPass = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("$retryable" in at && at.$retryable !== undefined) return true;
    if ("$metadata" in at) {
      const status = (at.$metadata as { httpStatusCode?: number }).httpStatusCode;
      if (status !== undefined) return status === 429 || status >= 500;
    }
    if ("code" in at && /^E[A-Z]+$/.test(String(at.code))) return true;
    if (at.name === "TimeoutError") return true;
  }
  return false;
};
