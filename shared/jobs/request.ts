/** A training as its owner asks for it, by the command or over HTTP, and the job that it becomes. */
import { z } from "zod";
import { nameSchema } from "../manifest.ts";
import { type TrainingJob, trainingJobSchema, trainingOptionsSchema } from "../training-job.ts";
import { trainingId } from "./id.ts";

/** Each shard is a machine's start, some minutes, and a log that is followed; beyond this the photos are too few for it. */
export const MOST_SHARDS = 64;

export const trainingRequestSchema = z.strictObject({
  /** The model's. */
  name: nameSchema,
  /** A data set's listing, or a prefix that holds a folder of photos per class. */
  photos: z
    .string()
    .max(1024)
    .regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^?#\p{Cc}]*$/u,
      "s3://BUCKET/PREFIX/ with a folder of photos per class, or s3://BUCKET/datasets/SHA256.json",
    ),
  options: trainingOptionsSchema.prefault({}),
  /** Over how many machines the photos' features are spread. */
  shards: z.int().min(1).max(MOST_SHARDS).default(1),
});

export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** The buckets, as store URLs. */
export interface TrainingPlaces {
  /** Where models are published. */
  store: string;
  /** Where photos and checkpoints lie. */
  photos: string;
}

export const jobOf = (request: TrainingRequest, { store, photos }: TrainingPlaces, now: Date): TrainingJob => {
  const id = trainingId(now);
  const { name, options, shards } = request;
  return trainingJobSchema.parse({
    schema: 1,
    id,
    name,
    photos: request.photos,
    store,
    work: below(photos, `trainings/${id}`),
    options,
    shards,
    step: shards > 1 ? "head" : "all",
  });
};

/** `path` below a store's URL, before its settings: `s3://BUCKET/PREFIX/path?endpoint=…`. */
export const below = (url: string, path: string): string => {
  const [place = "", settings] = url.split("?", 2);
  return `${place.replace(/\/$/, "")}/${path}${settings === undefined ? "" : `?${settings}`}`;
};
