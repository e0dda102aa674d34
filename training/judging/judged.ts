/** The photos that judge a head, with what a head that has not learned from them answers; and what the served form makes of it. */
import type { Scores } from "../../shared/manifest.ts";
import type { Combinations, Photo } from "../dataset/dataset.ts";
import type { GateView } from "../gate-views.ts";
import type { Predictions } from "../metrics/predictions.ts";
import { scorePredictions, shiftScores } from "../metrics/scores.ts";
import { type Calibration, honestScores, type Judged } from "./calibrated.ts";
import { type Judges, partsOf } from "./judges.ts";

export interface JudgedPhotos extends Judged {
  photos: readonly Photo[];
}

/** @param logits per photo, `undefined` for one that judges nothing */
export const judgedPhotos = (
  photos: readonly Photo[],
  logits: readonly (Float32Array | undefined)[],
  judges: Judges,
  seed: number,
  combinations?: Combinations,
): JudgedPhotos => {
  const parts = partsOf(photos, judges, seed, combinations);
  const judged = photos.flatMap((photo, at) => (logits[at] ? [{ photo, logits: logits[at], part: parts[at]! }] : []));
  return {
    photos: judged.map(({ photo }) => photo),
    logits: judged.map(({ logits }) => logits),
    labels: judged.map(({ photo }) => photo.label),
    parts: judged.map(({ part }) => part),
  };
};

/** @param served per view of the gate, the served form's logits, moved to where the held-out ones lie */
export const judgedFigures = (
  judged: JudgedPhotos,
  calibration: Calibration,
  views: readonly GateView[],
  served: readonly Float32Array[],
): { float: Predictions; served: Predictions; servedScores: Scores } => {
  const answered = new Map(
    views.flatMap(({ label, sha256 }, at) => (label === undefined ? [] : [[sha256, served[at]!]])),
  );
  const { photos, labels, parts } = judged;
  const predict = (logits: readonly Float32Array[]): Predictions => ({
    scores: honestScores(logits, parts, calibration),
    labels,
  });
  const float = predict(judged.logits);
  const moved = predict(judged.logits.map((row, at) => answered.get(photos[at]!.sha256) ?? row));
  const both = [...photos.keys()].filter((at) => answered.has(photos[at]!.sha256));
  const ofBoth = ({ scores }: Predictions): Predictions => ({
    scores: both.map((at) => scores[at]!),
    labels: both.map((at) => labels[at]!),
  });
  return {
    float,
    served: moved,
    servedScores: shiftScores(
      scorePredictions(float),
      scorePredictions(ofBoth(float)),
      scorePredictions(ofBoth(moved)),
    ),
  };
};
