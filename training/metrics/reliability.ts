/** Whether scores mean what they say: of the photos answered with a score near .8, are four in five right? */
import type { ReliabilityBin } from "../../shared/metrics.ts";
import type { LabelPredictions } from "./decisions.ts";
import { best, type Predictions } from "./predictions.ts";

const bins = 15;

export const reliability = ({ scores, labels }: Predictions): ReliabilityBin[] =>
  intoBins(
    scores.map((row, photo) => {
      const top = best(row);
      return { score: row[top]!, right: top === labels[photo] };
    }),
  );

/** Of several labels a photo: of the pairs of a photo and a label with a score near .8, does the photo show the label in four of five? */
export const pairReliability = ({ scores, shown }: Pick<LabelPredictions, "scores" | "shown">): ReliabilityBin[] =>
  intoBins(
    scores.flatMap((row, photo) => {
      const truth = new Set(shown[photo]);
      return Array.from(row, (score, label) => ({ score, right: truth.has(label) }));
    }),
  );

const intoBins = (answers: readonly { score: number; right: boolean }[]): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ photos: 0, confidence: 0, right: 0 }));
  for (const { score, right } of answers) {
    const bin = sums[Math.min(bins - 1, Math.floor(score * bins))]!;
    bin.photos++;
    bin.confidence += score;
    if (right) bin.right++;
  }
  return sums.map(({ photos, confidence, right }, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    photos,
    confidence: photos && confidence / photos,
    accuracy: photos && right / photos,
  }));
};

/** Mean distance of confidence and accuracy over the bins, weighted by photos. Source: Guo et al. 2017. */
export const expectedCalibrationError = (histogram: readonly ReliabilityBin[]): number => {
  const photos = histogram.reduce((sum, bin) => sum + bin.photos, 0);
  const distance = histogram.reduce((sum, bin) => sum + bin.photos * Math.abs(bin.accuracy - bin.confidence), 0);
  return photos && distance / photos;
};
