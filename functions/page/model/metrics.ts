/**
 * What a model's page draws of `metrics.json`. The file comes from whichever training published the model, so each part is
 * taken by itself: one that is missing, or of another shape, is not drawn, and the others are.
 */
import { z } from "zod";

const unit = z.number().min(0).max(1);
const count = z.number().nonnegative();
/** A part of the file that may be absent or unreadable. */
const part = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const scores = z.object({ photos: count, top1: part(unit), top5: part(unit), nll: part(z.number()), ece: part(unit) });
const classFigures = z.object({ label: z.string(), precision: unit, recall: unit, f1: unit, support: count });
const bin = z.object({ from: unit, to: unit, photos: count, confidence: unit, accuracy: unit });

const figures = z.object({
  scores: part(scores),
  /** Rows are true labels, columns the answers, in the order of `labels`. */
  confusion: part(z.array(z.array(count))),
  perClass: part(z.array(classFigures)),
  reliability: part(z.array(bin)),
});

const metricsSchema = z.object({
  labels: part(z.array(z.string())),
  classCounts: part(z.array(z.object({ label: z.string(), training: count, validation: count }))),
  method: part(z.object({ float: z.string(), served: z.string() })),
  float: part(figures),
  served: part(figures),
});

export type ModelScores = z.infer<typeof scores>;
export type ClassFigures = z.infer<typeof classFigures>;
export type ReliabilityBin = z.infer<typeof bin>;
export type ModelFigures = z.infer<typeof figures>;
export type ModelMetrics = z.infer<typeof metricsSchema>;

/** @param bytes of `metrics.json`; anything that is none has no parts */
export const parseMetrics = (bytes: Uint8Array | undefined): ModelMetrics => {
  if (bytes === undefined) return {};
  try {
    return metricsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
};

/** The confusion of `figures`, where it is a square of as many labels. */
export const squareConfusion = (
  { labels }: ModelMetrics,
  figures: ModelFigures | undefined,
): { labels: string[]; matrix: number[][] } | undefined => {
  const matrix = figures?.confusion;
  if (!labels?.length || matrix?.length !== labels.length) return undefined;
  return matrix.every((row) => row.length === labels.length) ? { labels, matrix } : undefined;
};
