/**
 * What `metrics.json` tells of a training beside the figures: how the head learned, which forms were held against the float
 * model, which photos went wrong, how it was made. The file is public, so a photo is called by its hash; its place in the
 * owner's folder is told only where the owner said that photos may be public.
 */
import { z } from "zod";
import { jsonSchema, precisionSchema, scoresSchema } from "./manifest.ts";

const unit = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** A row of the history. */
export const epochSchema = z.object({
  /** One pass over all photos. */
  epoch: z.int(),
  /** Mean cross-entropy of the photos it learned from, without any penalty; after the epoch, or over its batches. Of several labels their sum. */
  loss: z.number(),
  /** Share of the photos answered rightly; of several labels, share of photos' labels (Keras' binary accuracy). */
  accuracy: z.number(),
  /** Of photos that the head does not learn from, where there are any. */
  validationLoss: z.number().optional(),
  validationAccuracy: z.number().optional(),
  /** Mean cross-entropy of the photos that a head is stopped by, where there are such; the numbers of its lowest are kept. */
  stoppingLoss: z.number().optional(),
  /** How many of the backbone's last blocks learned along, where any did. */
  blocks: z.int().positive().optional(),
  /** Of the optimizer, where it has one. */
  learningRate: z.number().optional(),
  /** Of training the head until then. */
  seconds: z.number(),
});

/** The float model, or a form of it, on the photos of the figures. */
export const formSchema = z.object({
  name: z.string(),
  precision: precisionSchema,
  bytes: z.int().positive(),
  /** Median milliseconds of one run on the machine that trained it, by engine that runs it. */
  ms: z.object({ native: z.number().exactOptional(), web: z.number().exactOptional() }),
  /** Engines that serve it. */
  serves: z.array(z.enum(["native", "web"])),
  /** Its trial on an engine; a form that no engine wanted had none. */
  trial: z
    .object({
      engine: z.enum(["native", "web"]),
      /** Share of the views on which it says what the float model says; 1 for that itself. */
      agreement: unit,
      views: count,
      passed: z.boolean(),
      reason: z.string().exactOptional(),
      /** Of all photos of the figures: the float model's, moved by what the form changed. */
      scores: scoresSchema,
    })
    .exactOptional(),
});

/** A photo whose label is known, and what was answered. */
export const answeredPhotoSchema = z.object({
  sha256: z.string(),
  /** Below the folder of photos, where photos may be public. */
  path: z.string().exactOptional(),
  /** What it shows: of several labels all, with ` | ` between them; of none the empty string. */
  label: z.string(),
  /** The label with the best score. */
  answer: z.string(),
  right: z.boolean(),
  /** Of the answer, and of the true label, or the best of them. */
  score: unit,
  labelScore: unit,
  /** Of several labels, the one that it was least sure of: `score` lies nearest to `threshold`, from which on it is given. */
  doubt: z.object({ label: z.string(), score: unit, threshold: unit, right: z.boolean() }).exactOptional(),
});

/** Photos of one label that were answered with another. */
export const confusedPairSchema = z.object({
  label: z.string(),
  answer: z.string(),
  photos: count,
  /** Photos of the label. */
  of: count,
  /** Some of them, the surest mistake first. */
  examples: z.array(answeredPhotoSchema),
  /** A photo that is rightly answered so. */
  like: answeredPhotoSchema.exactOptional(),
});

/** What of the photos was not learned from, or is worth a second look. */
export const leftOutSchema = z.object({
  /** Files that cannot be used. */
  skipped: count,
  /** Files left out because another has the same bytes and label. */
  identical: count,
  /** Pictures that several photos show, and how many would have been on both sides of the split. */
  nearDuplicates: count,
  wouldLeak: count,
  /** Every file with the reason, and every warning, where photos may be public: they name files. */
  files: z.array(z.object({ path: z.string(), reason: z.string() })).exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
});

export const trainingFactsSchema = z.object({
  /** Of the first head that judges. */
  history: z.array(epochSchema),
  forms: z.array(formSchema),
  /** The commonest mistakes. */
  confused: z.array(confusedPairSchema),
  /** The surest mistakes, and the answers that were least sure. */
  mistakes: z.array(answeredPhotoSchema),
  leastCertain: z.array(answeredPhotoSchema),
  leftOut: leftOutSchema,
  /** Photos that are learned from at once, and looks at each. */
  batch: z.object({ shape: z.array(z.int()), views: z.int().positive(), photos: z.array(z.string()) }),
  /** The command that makes the model again, with `<photos>` for the photos. */
  command: z.string(),
  settings: z.record(z.string(), jsonSchema),
  /** What the head is made of and how it was trained. */
  head: z.object({
    layers: z.array(z.object({ name: z.string(), outputs: count, parameters: count })),
    loss: z.string(),
    optimizer: z.string(),
    /** What of the backbone learned with it, and how; without, nothing did. */
    tuning: z.string().exactOptional(),
  }),
  backbone: z.object({ name: z.string(), pretrainedOn: z.string() }),
  versions: z.record(z.string(), z.string()),
});

export type Epoch = z.infer<typeof epochSchema>;
export type FormFacts = z.infer<typeof formSchema>;
export type AnsweredPhoto = z.infer<typeof answeredPhotoSchema>;
export type ConfusedPair = z.infer<typeof confusedPairSchema>;
export type LeftOut = z.infer<typeof leftOutSchema>;
export type TrainingFacts = z.infer<typeof trainingFactsSchema>;
