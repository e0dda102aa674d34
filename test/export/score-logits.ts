/** Uncalibrated scores, for tests: softmax at temperature 1. */
import type { Scores } from "../../shared/manifest.ts";
import { scorePredictions } from "../../training/metrics/scores.ts";

export const scoreLogits = (logits: readonly Float32Array[], labels: readonly number[]): Scores =>
  scorePredictions({
    labels,
    scores: logits.map((row) => {
      const largest = Math.max(...row);
      const powers = Float64Array.from(row, (value) => Math.exp(value - largest));
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / sum);
    }),
  });
