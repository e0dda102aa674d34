/** A set of predictions in a few numbers. */
import type { Scores } from "../../shared/manifest.ts";
import type { Decisions } from "./decisions.ts";
import { wilsonInterval } from "./interval.ts";
import { type Predictions, rankOf } from "./predictions.ts";
import { expectedCalibrationError, reliability } from "./reliability.ts";

/** A score of 0 would make the mean NLL infinite; this is what doubles can still tell from it. */
const leastScore = Number.MIN_VALUE;

/** Per photo, the negative logarithm of the score that its true label got, in nats. */
export const lossesOf = ({ scores, labels }: Predictions): number[] =>
  scores.map((row, photo) => -Math.log(Math.max(row[labels[photo]!]!, leastScore)));

/** Top-1 with its 95% interval, top-5, mean negative log-likelihood (nats) and ECE over 15 bins; zeros for no photos. */
export const scorePredictions = (predictions: Predictions): Scores => {
  const { scores, labels } = predictions;
  const photos = scores.length;
  let top1 = 0;
  let top5 = 0;
  for (const [photo, row] of scores.entries()) {
    const label = labels[photo]!;
    const rank = rankOf(row, label);
    if (rank === 0) top1++;
    if (rank < 5) top5++;
  }
  const nll = lossesOf(predictions).reduce((sum, loss) => sum + loss, 0);
  const mean = (sum: number): number => photos && sum / photos;
  const ece = expectedCalibrationError(reliability(predictions));
  const share = mean(top1);
  return { photos, top1: share, interval: wilsonInterval(share, photos), top5: mean(top5), nll: mean(nll), ece };
};

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** The intervals move with their figures. */
const shiftDecisions = (all: Decisions, before: Decisions, after: Decisions): Decisions => {
  const moved = (what: "map" | "microF1" | "macroF1" | "exact", from: number): number =>
    unit(from + after[what] - before[what]);
  const { intervals } = all;
  const interval = (what: "map" | "microF1" | "macroF1"): [number, number] => [
    moved(what, intervals![what][0]),
    moved(what, intervals![what][1]),
  ];
  return {
    map: moved("map", all.map),
    microF1: moved("microF1", all.microF1),
    macroF1: moved("macroF1", all.macroF1),
    exact: moved("exact", all.exact),
    ...(intervals && {
      intervals: { map: interval("map"), microF1: interval("microF1"), macroF1: interval("macroF1") },
    }),
  };
};

/**
 * Scores of what is served, on more photos than it was run on: the float model's on all of them, moved by as much as the form
 * changes each figure on those that both answered. A difference on the same photos is known far better than either figure.
 *
 * @param all the float model's scores
 * @param before and @param after scores of the float model and of the form on the same photos
 */
export const shiftScores = (all: Scores, before: Scores, after: Scores): Scores => {
  if (before.photos === all.photos) return after;
  const top1 = unit(all.top1 + after.top1 - before.top1);
  return {
    photos: all.photos,
    top1,
    interval: wilsonInterval(top1, all.photos),
    top5: unit(all.top5 + after.top5 - before.top5),
    nll: Math.max(0, all.nll + after.nll - before.nll),
    ece: unit(all.ece + after.ece - before.ece),
    ...(all.decisions && { decisions: shiftDecisions(all.decisions, before.decisions!, after.decisions!) }),
  };
};
