/** What one training is called: by us, by AWS Batch and by ECS. */
import { z } from "zod";

/** `20261123-233000-1a2b3c4d`: when it was submitted (UTC), and chance. Fit for keys, URLs and names of jobs. */
export const trainingIdSchema = z
  .string()
  .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/, "a training's id such as 20261123-233000-1a2b3c4d");

/** @param random 4 bytes */
export const trainingId = (now: Date, random: Uint8Array = crypto.getRandomValues(new Uint8Array(4))): string => {
  const chance = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}-${chance}`;
};

const PREFIX = "whippet-";
const FEATURES = "-features";

/** A Batch job's name (letters, digits, `-`, `_`; at most 128) and an ECS task's `startedBy` (at most 36 in older regions). */
export const jobName = (id: string): string => `${PREFIX}${id}`;

/** The array job that extracts the features of a training's shards, or runs a sweep's trials. */
export const featuresName = (id: string): string => `${jobName(id)}${FEATURES}`;

/** Every job of ours: AWS matches names by what they begin with. */
export const ANY_JOB = `${PREFIX}*`;

/** The id behind a job's name; undefined for a job that is none of ours. */
export const idOf = (name: string | undefined): string | undefined => {
  const id = name?.replace(PREFIX, "").replace(FEATURES, "");
  return name?.startsWith(PREFIX) && trainingIdSchema.safeParse(id).success ? id : undefined;
};

export const isFeatures = (name: string | undefined): boolean => name?.endsWith(FEATURES) ?? false;
