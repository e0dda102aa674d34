/** A training as its owner asks for it, by the command or over HTTP, and the job that it becomes. */
import { z } from "zod";
import { sha256 } from "../hash.ts";
import { nameSchema } from "../manifest.ts";
import {
  byBackbone,
  MOST_SHARDS,
  type TrainingJob,
  trainingJobSchema,
  trainingOptionsSchema,
} from "../training-job.ts";
import { trainingId } from "./id.ts";

export const trainingRequestSchema = z
  .strictObject({
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
  })
  .refine(({ options, shards }) => options.sweep === undefined || shards === 1, {
    path: ["shards"],
    message: "a sweep takes a machine for each backbone by itself; leave shards out",
  });

export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** The buckets, as store URLs. */
export interface TrainingPlaces {
  /** Where models are published. */
  store: string;
  /** Where photos and checkpoints lie. */
  photos: string;
  /** What trainings may read, `s3://BUCKET/PREFIX/` each; undefined where nobody has said. */
  reads?: readonly string[] | undefined;
}

/** @param value WHIPPET_TRAINING_READS, as a deploy sets it: places separated by commas */
export const readReads = (value: string | undefined): string[] | undefined => value?.split(",").filter(Boolean);

/**
 * A machine that cannot read the photos would say so only after it was rented.
 * @returns why not, with the fix; undefined for photos that trainings may read, as far as is known
 */
export const whyUnreadable = (photos: string, { reads }: Pick<TrainingPlaces, "reads">): string | undefined =>
  reads === undefined || reads.some((place) => photos.startsWith(place))
    ? undefined
    : `trainings may not read ${photos}; name its prefix in training.readsFrom of sst.config.ts and deploy again, or train ` +
      `on photos of this machine, which are uploaded. They may read ${reads.join(", ")}`;

/** What a training computes is kept by its photos, so that the next one of the same photos need not compute it again. */
export const jobOf = async (
  request: TrainingRequest,
  { store, photos }: TrainingPlaces,
  now: Date,
): Promise<TrainingJob> => {
  const { name, options } = request;
  const { sweep, device } = options;
  // the CPU task is one machine, which then runs all trials
  const machines = sweep && device === "gpu" ? byBackbone(sweep).length : 1;
  const shards = Math.max(request.shards, machines);
  const hash = await sha256(new TextEncoder().encode(request.photos));
  return trainingJobSchema.parse({
    schema: 1,
    id: trainingId(now),
    name,
    photos: request.photos,
    store,
    work: below(photos, `trainings/${hash.slice(0, 32)}`),
    options,
    shards,
    step: machines > 1 ? "best" : shards > 1 ? "head" : "all",
  });
};

/** `path` below a store's URL, before its settings: `s3://BUCKET/PREFIX/path?endpoint=…`. */
export const below = (url: string, path: string): string => {
  const [place = "", settings] = url.split("?", 2);
  return `${place.replace(/\/$/, "")}/${path}${settings === undefined ? "" : `?${settings}`}`;
};
