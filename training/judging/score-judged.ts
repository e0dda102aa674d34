/** What a head's answers are worth, without the form that serves them: enough to compare heads by. */
import type { Scores } from "../../shared/manifest.ts";
import type { Combinations } from "../dataset/dataset.ts";
import { labelLossesOf, scoreLabelsSurely } from "../metrics/label-metrics.ts";
import { lossesOf, scorePredictions } from "../metrics/scores.ts";
import { calibrateJudged, honestScores } from "./calibrated.ts";
import { honestLabels } from "./honest-labels.ts";
import type { JudgedPhotos } from "./judged.ts";

/**
 * @param combinations where photos may have several labels, what their `label` means
 * @returns calibrated scores, and the loss of each judged photo in nats, of several labels their sum
 */
export const scoreJudged = (
  judged: JudgedPhotos,
  classes: number,
  combinations?: Combinations,
): { scores: Scores; losses: number[] } => {
  if (combinations) {
    const { predict, logits } = honestLabels(judged, combinations, classes);
    const predictions = predict(logits);
    return { scores: scoreLabelsSurely(predictions, classes), losses: labelLossesOf(predictions) };
  }
  const { logits, parts, labels } = judged;
  const predictions = { scores: honestScores(logits, parts, calibrateJudged(judged)), labels };
  return { scores: scorePredictions(predictions), losses: lossesOf(predictions) };
};
