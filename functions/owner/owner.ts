/** What the owner's routes need; without a token there are none. */
import type { Jobs } from "../../shared/jobs/jobs.ts";
import type { TrainingPlaces } from "../../shared/jobs/request.ts";

export interface Owner {
  /** See `readToken`. */
  token: string;
  /** Where trainings run; without it only promotion and rollback are offered. */
  trainings?: TrainingPlaces & { jobs: Jobs };
}
