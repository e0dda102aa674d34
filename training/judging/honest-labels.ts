/** Photos with several labels, scored and decided on by what was fitted to the others. */
import { type Combinations, labelsOfPhoto } from "../dataset/dataset.ts";
import type { LabelPredictions } from "../metrics/decisions.ts";
import type { JudgedPhotos } from "./judged.ts";
import { calibrated, calibrateLabels, type LabelCalibration, labelScores } from "./label-calibration.ts";

export interface HonestLabels {
  /** Indices of each photo's true labels. */
  shown: readonly (readonly number[])[];
  /** Calibrated logits per photo. */
  logits: readonly Float32Array[];
  /** Thresholds that a photo's scores are held against. */
  limits: readonly Float64Array[];
  /** Fitted to all photos, as it is published. */
  all: LabelCalibration;
  /** Such logits of the same photos as predictions. */
  predict(logits: readonly Float32Array[]): LabelPredictions;
}

/** @param combinations what the photos' `label` means */
export const honestLabels = (judged: JudgedPhotos, combinations: Combinations, classes: number): HonestLabels => {
  const { photos, parts, logits: raw } = judged;
  const shown = photos.map((photo) => labelsOfPhoto(photo, { combinations }));
  const { all, byPart } = calibrateLabels({ logits: raw, shown, parts }, classes);
  const limits = parts.map((part) => byPart.get(part)!.thresholds);
  return {
    shown,
    logits: raw.map((row, at) => calibrated(row, byPart.get(parts[at]!)!)),
    limits,
    all,
    predict: (rows) => ({ scores: rows.map(labelScores), thresholds: limits, shown }),
  };
};
