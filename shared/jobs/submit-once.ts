/**
 * Submits a job once. AWS Batch knows no request twice: a submission whose answer was lost may have arrived, and sent again
 * it would train twice. So it is looked for by its name before it is sent again.
 */

import { AwsError } from "./aws-call.ts";

export interface Submission {
  /** @returns the job's id */
  submit: () => Promise<string>;
  /** The id of the job that an earlier attempt submitted. */
  submitted: () => Promise<string | undefined>;
  /** Milliseconds before each further attempt; a job may not be listed right after it was submitted. */
  pauses?: readonly number[];
}

/** @throws AwsError as `submit` throws it, when it is no failure that may pass */
export const submitOnce = async ({ submit, submitted, pauses = [500, 2000, 8000] }: Submission): Promise<string> => {
  for (let attempt = 0; ; attempt++)
    try {
      return await submit();
    } catch (error) {
      const pause = pauses[attempt];
      if (pause === undefined || !(error instanceof AwsError && error.passing)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
      const id = await submitted();
      if (id !== undefined) return id;
    }
};
