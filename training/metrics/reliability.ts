/** Whether scores mean what they say: of the photos answered with a score near .8, are four in five right? */
import type { ReliabilityBin } from "../../shared/metrics.ts";
import { best, type Predictions } from "./predictions.ts";

const bins = 15;

export const reliability = ({ scores, labels }: Predictions): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ photos: 0, confidence: 0, right: 0 }));
  for (const [photo, row] of scores.entries()) {
    const top = best(row);
    const bin = sums[Math.min(bins - 1, Math.floor(row[top]! * bins))]!;
    bin.photos++;
    bin.confidence += row[top]!;
    if (top === labels[photo]) bin.right++;
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
