/** What a task is told, by the environment that AWS Batch, ECS or whoever starts the process gives it. */
import { TRAINING_VARIABLE, type TrainingJob, trainingJobSchema } from "../../shared/training-job.ts";

export interface TaskSettings {
  job: TrainingJob;
  /** Which of the job's shards this is, from 0. */
  shard: number;
  /** After so many it ends itself, where nobody else does. */
  hours?: number;
}

/** The settings are wrong; running again as it is will not help. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Set by AWS Batch in each child of an array job. */
const INDEX_VARIABLE = "AWS_BATCH_JOB_ARRAY_INDEX";
/** Set on Fargate, which has no time limit of its own; AWS Batch has one. */
const HOURS_VARIABLE = "WHIPPET_HOURS";
/** What a timer counts to; no training takes as long. */
const MOST_HOURS = 500;

/** @throws SettingsError naming the setting, its value and what it has to be */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): TaskSettings => {
  const text = environment[TRAINING_VARIABLE];
  if (!text)
    throw new SettingsError(
      `${TRAINING_VARIABLE} is not set; give it the training job as JSON (shared/training-job.ts says what it holds)`,
    );
  const job = readJob(text);
  const hours = readHours(environment[HOURS_VARIABLE]);
  return {
    job,
    shard: job.step === "features" || job.step === "trial" ? readShard(job, environment[INDEX_VARIABLE]) : 0,
    ...(hours !== undefined && { hours }),
  };
};

const readHours = (text: string | undefined): number | undefined => {
  if (!text) return undefined;
  const hours = Number(text);
  if (hours > 0 && hours <= MOST_HOURS) return hours;
  throw new SettingsError(
    `${HOURS_VARIABLE} is ${JSON.stringify(text)}; it must be above 0, and ${MOST_HOURS} at most`,
  );
};

const readJob = (text: string): TrainingJob => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SettingsError(`${TRAINING_VARIABLE} is no JSON: ${shortened(text)}; quote it as one value`, { cause });
  }
  const parsed = trainingJobSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => {
    const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], json);
    const field = [TRAINING_VARIABLE, ...path.map(String)].join(".");
    return value === undefined ? `${field} is missing: ${message}` : `${field} is ${shortened(value)}: ${message}`;
  });
  throw new SettingsError(wrong.join("\n"));
};

const readShard = ({ shards }: TrainingJob, index: string | undefined): number => {
  if (shards === 1 && index === undefined) return 0;
  const shard = Number(index);
  if (index !== undefined && /^\d+$/.test(index) && shard < shards) return shard;
  throw new SettingsError(
    `${INDEX_VARIABLE} is ${index === undefined ? "not set" : JSON.stringify(index)}, and the job has ${shards} shards; ` +
      `run it as an array job of size ${shards}, which numbers its children from 0 to ${shards - 1}`,
  );
};

const shortened = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};
