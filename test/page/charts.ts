/** Models of many classes with every figure drawn by a seeded die, for what their pages show. */
import type { ModelFigures, ModelMetrics } from "../../functions/page/model/metrics.ts";
import { classFigures, confusionMatrix } from "../../training/metrics/confusion.ts";
import type { Predictions } from "../../training/metrics/predictions.ts";
import { reliability } from "../../training/metrics/reliability.ts";
import { scorePredictions } from "../../training/metrics/scores.ts";

/** Park and Miller's generator: the same numbers each time. */
const createDice = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

/** Each class is mostly right, and now and then taken for its neighbour. */
export const drawnPredictions = (classes: number, photosEach: number, seed: number): Predictions => {
  const dice = createDice(seed);
  const labels = Array.from({ length: classes * photosEach }, (_, photo) => Math.floor(photo / photosEach));
  const scores = labels.map((label) => {
    const row = new Float64Array(classes).map(() => dice());
    row[label]! += 8 * dice();
    row[(label + 1) % classes]! += 6 * dice();
    const sum = row.reduce((total, score) => total + score, 0);
    return row.map((score) => score / sum);
  });
  return { scores, labels };
};

const figures = (labels: readonly string[], predicted: Predictions): ModelFigures => {
  const confusion = confusionMatrix(predicted, labels.length);
  return {
    scores: scorePredictions(predicted),
    confusion,
    perClass: classFigures(confusion, labels),
    reliability: reliability(predicted),
  };
};

export const drawnMetrics = (labels: string[], photosEach = 12): ModelMetrics => ({
  labels,
  classCounts: labels.map((label, index) => ({ label, training: 30 + index, validation: photosEach })),
  judged: { method: "out-of-fold", heads: 5, photos: labels.length * photosEach },
  unknown: {
    kept: 0.947,
    hidden: { photos: 2000, rounds: 4, auroc: 0.935, refused: 0.694 },
    drawn: { photos: 16, refused: 1 },
  },
  optimistic: { photos: 3, reason: "3 of 9 files are named as other training photos are" },
  method: { float: "validation photos", served: "the same, as served" },
  float: figures(labels, drawnPredictions(labels.length, photosEach, 1)),
  served: figures(labels, drawnPredictions(labels.length, photosEach, 2)),
});
