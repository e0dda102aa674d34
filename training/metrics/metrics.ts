/** `metrics.json`, published beside a model: what its report draws, for the float model and for the one that is served. */
import { z } from "zod";
import { scoresSchema } from "../../shared/manifest.ts";
import { classFigures, confusionMatrix } from "./confusion.ts";
import type { Predictions } from "./predictions.ts";
import { reliability } from "./reliability.ts";
import { scorePredictions } from "./scores.ts";

const unit = z.number().min(0).max(1);
const count = z.int().nonnegative();

export const figuresSchema = z.object({
  scores: scoresSchema,
  /** Rows are true labels, columns the answers, in the order of `labels`. */
  confusion: z.array(z.array(count)),
  perClass: z.array(z.object({ label: z.string(), precision: unit, recall: unit, f1: unit, support: count })),
  reliability: z.array(z.object({ from: unit, to: unit, photos: count, confidence: unit, accuracy: unit })),
});

export const metricsSchema = z.object({
  schema: z.literal(1),
  labels: z.array(z.string()),
  /** Photos of each label, in each part. */
  classCounts: z.array(z.object({ label: z.string(), training: count, validation: count })),
  /** How the figures came about, in words; files without it are of models whose one head never saw the validation photos. */
  method: z.object({ float: z.string(), served: z.string() }).optional(),
  /** On the validation photos. */
  float: figuresSchema,
  served: figuresSchema,
});

export type Figures = z.infer<typeof figuresSchema>;
export type Metrics = z.infer<typeof metricsSchema>;

/** Everything that is reported of one set of predictions. */
export const figuresOf = (predictions: Predictions, labels: readonly string[]): Figures => {
  const confusion = confusionMatrix(predictions, labels.length);
  return {
    scores: scorePredictions(predictions),
    confusion,
    perClass: classFigures(confusion, labels),
    reliability: reliability(predictions),
  };
};

const method = {
  float:
    "validation photos, by a head that learned from the training photos alone; the published head learned from all photos",
  served:
    "the same, each logit moved by as much as the served form moves the published head's logit of that photo from the float model's",
};

/** @param photos of the data set; @param float and @param served predictions for its validation photos */
export const buildMetrics = (
  labels: readonly string[],
  photos: readonly { label: number; part: "training" | "validation" }[],
  float: Predictions,
  served: Predictions,
): Metrics => {
  const counted = (index: number, part: "training" | "validation"): number =>
    photos.filter((photo) => photo.label === index && photo.part === part).length;
  return {
    schema: 1,
    labels: [...labels],
    classCounts: labels.map((label, index) => ({
      label,
      training: counted(index, "training"),
      validation: counted(index, "validation"),
    })),
    method,
    float: figuresOf(float, labels),
    served: figuresOf(served, labels),
  };
};
