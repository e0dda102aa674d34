/**
 * From logits to what an answer says. All in float64, in label order and without `Math.exp`, so that equal logits give
 * equal scores on every platform.
 */
import type { Manifest } from "../manifest.ts";
import { exp, log } from "./exponential.ts";

export interface Prediction {
  label: string;
  /** 0 to 1. Of a single-label model's labels they add up to 1. */
  score: number;
}

/** log(sum(exp(logits))), the energy of Liu et al. 2020 ("Energy-based Out-of-distribution Detection") with its sign turned. */
export const energy = (logits: ArrayLike<number>): number => {
  const largest = maximum(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += exp(logits[i]! - largest);
  return largest + log(sum);
};

/** exp(logit / temperature), normalised to a sum of 1 (Guo et al. 2017, "On Calibration of Modern Neural Networks"). */
export const softmax = (logits: ArrayLike<number>, temperature: number): Float64Array => {
  const largest = maximum(logits);
  const scores = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = exp((logits[i]! - largest) / temperature);
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
  return scores;
};

/** Calibrated scores, one per label; a multi-label model's are independent of each other. */
export const calibrate = (
  logits: ArrayLike<number>,
  { task, temperature }: Pick<Manifest, "task" | "temperature">,
): Float64Array =>
  task === "single-label"
    ? softmax(logits, temperature)
    : Float64Array.from(logits, (logit) => sigmoid(logit / temperature));

/** exp takes no large arguments, so the one with the sign of a large logit is used. */
const sigmoid = (x: number): number => (x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)));

/**
 * Of label indices those whose score reaches the label's threshold, in the order given.
 *
 * @param thresholds of a multi-label model, one per label
 */
export const reached = (
  labels: readonly number[],
  scores: ArrayLike<number>,
  thresholds: ArrayLike<number>,
): number[] => labels.filter((label) => scores[label]! >= thresholds[label]!);

/** Label indices, best score first; of equal scores the earlier label is first. */
export const rank = (scores: Float64Array): number[] =>
  Array.from(scores, (_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b);

/** Whether none of a single-label model's labels is on the photo, as far as it can tell. @param best index of the best score */
export const isUnknown = (
  logits: ArrayLike<number>,
  best: number,
  { labels, background, unknown }: Pick<Manifest, "labels" | "background" | "unknown">,
): boolean => labels[best] === background || energy(logits) < (unknown?.threshold ?? Number.NEGATIVE_INFINITY);

const maximum = (numbers: ArrayLike<number>): number => {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, numbers[i]!);
  return largest;
};
