/**
 * A training that runs elsewhere: what it is told, as JSON in the environment variable WHIPPET_TRAINING. Whoever submits
 * one writes it; `training/task` reads it. What it says while it works is in training-events.ts.
 */
import { z } from "zod";
import { nameSchema } from "./manifest.ts";

/** The environment variable that holds the job, as JSON. */
export const TRAINING_VARIABLE = "WHIPPET_TRAINING";

const storeUrl = z
  .string()
  .regex(/^(s3:\/\/[^/?]+|file:.)/, "a store such as s3://BUCKET/PREFIX, or file:FOLDER on one machine");

/** What decides a head; what is left out is as usual. Some of it is for one kind of head, and refused for the other. */
export const headOptionsSchema = z.strictObject({
  head: z.enum(["linear", "keras"]).exactOptional(),
  epochs: z.int().min(1).max(100_000).exactOptional(),
  learningRate: z.number().min(1e-6).max(10).exactOptional(),
  /** Of a linear head: the inverse of its L2 penalty. */
  strength: z.number().min(1e-6).max(1e6).exactOptional(),
  /** Of a keras head's hidden layer. */
  units: z.int().min(1).max(8192).exactOptional(),
  dropout: z.number().min(0).max(0.95).exactOptional(),
  batchSize: z.int().min(2).max(4096).exactOptional(),
  schedule: z.enum(["constant", "cosine"]).exactOptional(),
  labelSmoothing: z.number().min(0).max(0.9).exactOptional(),
  classWeights: z.enum(["balanced", "none"]).exactOptional(),
});

/** One way to train, of those that a sweep compares: what is left out is as usual. */
export const trialSchema = headOptionsSchema.extend({
  /** One of the catalogue's. */
  backbone: z.string().min(1).exactOptional(),
  /** Looks at each photo to learn from. */
  views: z.int().min(1).max(64).exactOptional(),
});

export type Trial = z.infer<typeof trialSchema>;

/**
 * Trials that share a backbone share its features, so that one machine runs them; in one order on every machine. One that names
 * no backbone has the usual one.
 */
export const byBackbone = (trials: readonly Trial[]): Trial[][] =>
  [...new Set(trials.map(({ backbone }) => backbone))].map((wanted) =>
    trials.filter(({ backbone }) => backbone === wanted),
  );

/** They must fit into the environment of a job. */
export const MOST_TRIALS = 64;

/** What decides whether, and how, the backbone's last blocks are trained. */
export const tuningOptionsSchema = z.strictObject({
  /** How many of them; none without. */
  fineTune: z.int().min(1).max(1000).exactOptional(),
  fineTuneEpochs: z.int().min(1).max(10_000).exactOptional(),
  fineTuneRate: z.number().min(1e-7).max(1).exactOptional(),
});

/** The options of `whippet train` that decide the model; left out, they are what `train` takes by default. */
export const trainingOptionsSchema = headOptionsSchema
  .extend({
    ...tuningOptionsSchema.shape,
    /** One of the catalogue's; another is refused where the training starts, with the list. */
    backbone: z.string().min(1).optional(),
    /** Side of the photos in pixels, of a backbone that takes any. */
    inputSize: z.int().min(8).max(1024).exactOptional(),
    /** Share of each class kept to judge by. */
    validation: z.number().min(0.01).max(0.9).default(0.2),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
    /** Looks at each photo to learn from. */
    views: z.int().min(1).max(64).exactOptional(),
    /** Each photo may have several labels, or none. */
    multiLabel: z.boolean().exactOptional(),
    /** Lets anyone see photos that were learned from, in the report. */
    publicPhotos: z.boolean().exactOptional(),
    /** Lets the new version answer. */
    promote: z.boolean().default(true),
    /** Publishes even what the gate refuses. */
    force: z.boolean().default(false),
    /** Ways to train that are compared first; the best one's settings go before those beside it. */
    sweep: z.array(trialSchema).min(2).max(MOST_TRIALS).exactOptional(),
    /** What the head, and the backbone's last blocks, are trained on. `gpu` fails on a machine without one, rather than train on its CPU. */
    device: z.enum(["cpu", "gpu"]).default("cpu"),
  })
  .refine(({ sweep, fineTune }) => sweep === undefined || fineTune === undefined, {
    path: ["fineTune"],
    message: "a sweep compares heads upon a frozen backbone; leave out sweep or fineTune",
  })
  .refine(({ multiLabel, fineTune }) => !multiLabel || fineTune === undefined, {
    path: ["fineTune"],
    message: "fine-tuning is for photos with one label each; leave out fineTune or multiLabel",
  })
  .refine(
    ({ multiLabel, sweep = [], ...own }) =>
      !multiLabel || [own, ...sweep].every(({ classWeights }) => classWeights !== "balanced"),
    { path: ["classWeights"], message: "photos are weighed by their one label; leave out multiLabel or balanced" },
  );

/**
 * `all`: the whole training. `features`: only the features of this shard's photos, as an array job; `head`: the rest, once
 * every shard is there. `trial`: a sweep's trials of one backbone, as an array job with a child per backbone; `best`: the
 * training of the best, once every trial is there.
 */
export const trainingStepSchema = z.enum(["all", "features", "head", "trial", "best"]);

/** The array job that goes before a step, which waits for all its children. */
export const arrayBefore = { head: "features", best: "trial" } as const;

/** Each shard is a machine's start, some minutes, and a log that is followed; beyond this the photos are too few for it. */
export const MOST_SHARDS = 64;

export const trainingJobSchema = z
  .strictObject({
    schema: z.literal(1),
    /** Of the training; its steps and shards share it. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "1 to 63 of a-z, 0-9 and '-', the first a letter or digit"),
    /** The model's. */
    name: nameSchema,
    /** `s3://BUCKET/datasets/SHA256.json`, or a prefix or folder that holds a folder of photos per class. */
    photos: z
      .string()
      .regex(
        /^(s3:\/\/[^/?]+\/|file:.)/,
        "s3://BUCKET/datasets/X.json, s3://BUCKET/PREFIX/ or file:FOLDER with a folder per class",
      ),
    /** Where the model is published. */
    store: storeUrl,
    /** Where whatever is computed on the way is kept, so that the next attempt need not compute it again. */
    work: storeUrl,
    options: trainingOptionsSchema.prefault({}),
    /** Over how many jobs the features are spread. */
    shards: z.int().min(1).max(MOST_SHARDS).default(1),
    step: trainingStepSchema.default("all"),
  })
  .refine(
    ({ step, shards, options }) =>
      (step !== "trial" && step !== "best") || byBackbone(options.sweep ?? []).length === shards,
    { path: ["shards"], message: "a sweep has a shard for each backbone of options.sweep" },
  )
  .refine(({ step, shards }) => step !== "all" || shards === 1, {
    path: ["shards"],
    message: `a job of step "all" has one shard; give its shards to a job of step "features"`,
  });

export type TrainingJob = z.infer<typeof trainingJobSchema>;
/** As it may be written: what has a default may be left out. */
export type TrainingJobInput = z.input<typeof trainingJobSchema>;
export type TrainingStep = z.infer<typeof trainingStepSchema>;
