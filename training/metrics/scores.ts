/** A set of predictions in four numbers. */
import type { Scores } from "../../shared/manifest.ts";
import { type Predictions, rankOf } from "./predictions.ts";
import { expectedCalibrationError, reliability } from "./reliability.ts";

/** A score of 0 would make the mean NLL infinite; this is what doubles can still tell from it. */
const leastScore = Number.MIN_VALUE;

/** Top-1, top-5, mean negative log-likelihood (nats) and ECE over 15 bins; zeros for no photos. */
export const scorePredictions = (predictions: Predictions): Scores => {
  const { scores, labels } = predictions;
  const photos = scores.length;
  let top1 = 0;
  let top5 = 0;
  let nll = 0;
  for (const [photo, row] of scores.entries()) {
    const label = labels[photo]!;
    const rank = rankOf(row, label);
    if (rank === 0) top1++;
    if (rank < 5) top5++;
    nll -= Math.log(Math.max(row[label]!, leastScore));
  }
  const mean = (sum: number): number => photos && sum / photos;
  const ece = expectedCalibrationError(reliability(predictions));
  return { photos, top1: mean(top1), top5: mean(top5), nll: mean(nll), ece };
};
