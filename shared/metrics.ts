/** `metrics.json`, published beside a model: what its page and its report draw, for the float model and for the one that is served. */
import { z } from "zod";
import { scoresSchema } from "./manifest.ts";
import { trainingFactsSchema } from "./training-facts.ts";
import { trialSchema } from "./training-job.ts";

const unit = z.number().min(0).max(1);
const count = z.int().nonnegative();

export const classFiguresSchema = z.object({
  label: z.string(),
  /** Of the photos answered with this label, the share that are of it; 0 when there are none. */
  precision: unit,
  /** Of the photos of this label, the share answered so; 0 when there are none. */
  recall: unit,
  /** Harmonic mean of both. */
  f1: unit,
  /** Photos of this label. */
  support: count,
  /** Of a multi-label model: average precision, absent where no photo has the label; and the score from which on it is given. */
  averagePrecision: unit.exactOptional(),
  threshold: unit.exactOptional(),
});

/**
 * Photos whose top score lies between `from` and `to` (the last bin takes 1 as well); of a multi-label model pairs of
 * a photo and a label whose score lies there.
 */
export const reliabilityBinSchema = z.object({
  from: unit,
  to: unit,
  photos: count,
  /** Mean score; 0 in an empty bin. */
  confidence: unit,
  /** Share of them that are right; 0 in an empty bin. */
  accuracy: unit,
});

export const figuresSchema = z.object({
  scores: scoresSchema,
  /** Rows are true labels, columns the answers, in the order of `labels`; empty for a multi-label model, whose labels exclude none. */
  confusion: z.array(z.array(count)),
  perClass: z.array(classFiguresSchema),
  reliability: z.array(reliabilityBinSchema),
});

/** How the unknown threshold does on what the model has never seen. */
export const unknownCheckSchema = z.object({
  /** Share of photos of known classes that keep their answer (are given a label at all), by thresholds that were fitted to others. */
  kept: unit,
  /** Of a multi-label data set: its photos without labels, and the share of them that are given none. */
  bare: z.object({ photos: count, refused: unit }).exactOptional(),
  /** Photos of classes that were hidden from a head that learned the others: each half of the classes in turn. */
  hidden: z
    .object({
      photos: count,
      /** How many times half of the classes was hidden. */
      rounds: count,
      /** Chance that a known photo has a higher energy than one of a hidden class; .5 is no better than a coin. */
      auroc: unit,
      /** Share of the hidden classes' photos that are answered `unknown`. */
      refused: unit,
    })
    .exactOptional(),
  /** Drawn pictures that show none of the classes. */
  drawn: z.object({ photos: count, refused: unit }).exactOptional(),
});

export const sweptSchema = z.object({
  trial: trialSchema,
  scores: scoresSchema,
  /**
   * How much higher its loss is than the best one's, on the same photos: the mean of the photos' differences with its standard
   * error, in nats. Absent for the best, and in files that were written before this was.
   */
  behind: z.object({ loss: z.number(), error: z.number().nonnegative() }).exactOptional(),
  /** Of training and judging its heads; its features may have been another trial's. */
  seconds: z.number().nonnegative().exactOptional(),
});

export const metricsSchema = z.object({
  schema: z.literal(1),
  labels: z.array(z.string()),
  /** Photos of each label, in each part of the split. */
  classCounts: z.array(z.object({ label: z.string(), training: count, validation: count })),
  /** How the figures came about, in words; files without it are of models whose one head never saw the validation photos. */
  method: z.object({ float: z.string(), served: z.string() }).exactOptional(),
  /** Which heads answered the photos of the figures; none of them had learned from the photo it answered. */
  judged: z
    .object({ method: z.enum(["out-of-fold", "held-out"]), heads: z.int().positive(), photos: count })
    .exactOptional(),
  unknown: unknownCheckSchema.exactOptional(),
  /** Why the figures flatter the model: how many photos its backbone may have seen before, and how that is known. */
  optimistic: z.object({ photos: count, reason: z.string() }).exactOptional(),
  /** Ways to train that were compared before, by other folds than the figures come from; the best became this model. */
  sweep: z.array(sweptSchema).exactOptional(),
  float: figuresSchema,
  served: figuresSchema,
  /** How it came to this; files without it are of models that were published without a report. */
  training: trainingFactsSchema.exactOptional(),
});

export type ClassFigures = z.infer<typeof classFiguresSchema>;
export type ReliabilityBin = z.infer<typeof reliabilityBinSchema>;
export type Figures = z.infer<typeof figuresSchema>;
export type UnknownCheck = z.infer<typeof unknownCheckSchema>;
export type Swept = z.infer<typeof sweptSchema>;
export type Metrics = z.infer<typeof metricsSchema>;
