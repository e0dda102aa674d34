/**
 * What a model's page draws of `metrics.json`. The file comes from whichever training published the model, so each part is
 * taken by itself: one that is missing, or of another shape, is not drawn, and the others are.
 */
import { z } from "zod";
import { scoresSchema } from "../../../shared/manifest.ts";
import { figuresSchema, metricsSchema as wholeSchema } from "../../../shared/metrics.ts";

/** A part of the file that may be absent or unreadable. */
const part = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const { photos, ...shares } = scoresSchema.shape;
const { interval, ...measured } = shares;
const scores = z.object({
  photos,
  interval: part(interval),
  top1: part(measured.top1),
  top5: part(measured.top5),
  nll: part(measured.nll),
  ece: part(measured.ece),
  decisions: part(measured.decisions),
});

const { confusion, perClass, reliability } = figuresSchema.shape;
const figures = z.object({
  scores: part(scores),
  confusion: part(confusion),
  perClass: part(perClass),
  reliability: part(reliability),
});

const { labels, classCounts, method, judged, unknown, optimistic } = wholeSchema.shape;
const metricsSchema = z.object({
  labels: part(labels),
  classCounts: part(classCounts),
  method: part(method),
  judged: part(judged),
  unknown: part(unknown),
  optimistic: part(optimistic),
  float: part(figures),
  served: part(figures),
});

export type ModelScores = z.infer<typeof scores>;
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
