/** A multi-label model's figures (shared/metrics.ts): what its labels' scores and decisions are worth. */
import type { Scores } from "../../shared/manifest.ts";
import type { Figures } from "../../shared/metrics.ts";
import { bootstrapIntervals } from "./bootstrap.ts";
import { decisionFigures, type LabelPredictions, labelFigures } from "./decisions.ts";
import { wilsonInterval } from "./interval.ts";
import { best, rankOf } from "./predictions.ts";
import { expectedCalibrationError, pairReliability } from "./reliability.ts";

/** A score of 0 or 1 would make the mean NLL infinite; this is what doubles can still tell from it. */
const leastScore = Number.EPSILON;

/** Everything that is reported of one set of predictions, the intervals of the decisions' figures included. */
export const labelFiguresOf = (
  predictions: LabelPredictions,
  labels: readonly string[],
  thresholds: readonly number[],
): Figures => {
  return {
    scores: scoreLabelsSurely(predictions, labels.length),
    confusion: [],
    perClass: labelFigures(predictions, labels, thresholds),
    reliability: pairReliability(predictions),
  };
};

/** In a few numbers, with the intervals of the decisions' figures. */
export const scoreLabelsSurely = (predictions: LabelPredictions, classes: number): Scores => {
  const scores = scoreLabels(predictions, classes);
  const intervals = bootstrapIntervals(predictions, classes);
  return { ...scores, decisions: { ...scores.decisions, intervals } };
};

/** Per photo, the negative logarithms of what its labels' scores said of the truth, summed, in nats. */
export const labelLossesOf = ({ scores, shown }: LabelPredictions): number[] =>
  scores.map((row, photo) => {
    const truth = new Set(shown[photo]);
    return row.reduce(
      (sum, score, label) => sum - Math.log(Math.max(truth.has(label) ? score : 1 - score, leastScore)),
      0,
    );
  });

/** In a few numbers, without the decisions' intervals; zeros for no photos. */
export const scoreLabels = (
  predictions: LabelPredictions,
  classes: number,
): Scores & Required<Pick<Scores, "decisions">> => {
  const { scores, shown } = predictions;
  const photos = scores.length;
  const nll = labelLossesOf(predictions).reduce((sum, loss) => sum + loss, 0);
  let [labelled, top1, top5] = [0, 0, 0];
  for (const [photo, row] of scores.entries()) {
    const truth = new Set(shown[photo]);
    if (truth.size === 0) continue;
    labelled++;
    if (truth.has(best(row))) top1++;
    if ([...truth].some((label) => rankOf(row, label) < 5)) top5++;
  }
  const share = labelled && top1 / labelled;
  return {
    photos,
    top1: share,
    interval: wilsonInterval(share, labelled),
    top5: labelled && top5 / labelled,
    nll: photos && nll / photos,
    ece: expectedCalibrationError(pairReliability(predictions)),
    decisions: decisionFigures(predictions, classes),
  };
};
