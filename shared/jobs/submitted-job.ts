/** What a job was told when it was submitted, read back from its environment. */
import { TRAINING_VARIABLE, type TrainingJob, trainingJobSchema } from "../training-job.ts";

/** Undefined where there is no such variable, or one that an older or newer Whippet wrote. */
export const submittedJob = (
  environment: readonly { name?: string | undefined; value?: string | undefined }[] | undefined,
): TrainingJob | undefined => {
  const text = environment?.find(({ name }) => name === TRAINING_VARIABLE)?.value;
  try {
    return trainingJobSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
};
