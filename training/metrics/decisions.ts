/** Of a multi-label model's answers: which labels were given, by each label's own threshold, and which are true. */
import type { Scores } from "../../shared/manifest.ts";
import type { ClassFigures } from "../../shared/metrics.ts";
import { averagePrecision } from "./average-precision.ts";

export type Decisions = NonNullable<Scores["decisions"]>;

/** Scores of photos whose labels are known. */
export interface LabelPredictions {
  /** Calibrated scores, a row per photo. */
  scores: readonly Float64Array[];
  /** Per photo, the thresholds that its scores are held against, one per label. */
  thresholds: readonly Float64Array[];
  /** Indices of each photo's true labels. */
  shown: readonly (readonly number[])[];
}

/** One label: how often it was given rightly, given wrongly, and missed. */
export interface Counts {
  right: number;
  wrong: number;
  missed: number;
}

/** 2 · right / (2 · right + wrong + missed); 0 where the label was neither given nor true. */
export const f1Of = ({ right, wrong, missed }: Counts): number => right && (2 * right) / (2 * right + wrong + missed);

/** Whether each photo shows the label, as numbers. */
export const column = (shown: readonly (readonly number[])[], label: number): Uint8Array =>
  Uint8Array.from(shown, (labels) => (labels.includes(label) ? 1 : 0));

/** Whether each photo was given the label. */
export const given = ({ scores, thresholds }: LabelPredictions, label: number): Uint8Array =>
  Uint8Array.from(scores, (row, photo) => (row[label]! >= thresholds[photo]![label]! ? 1 : 0));

export const countDecisions = (predictions: LabelPredictions, label: number): Counts => {
  const [truth, answer] = [column(predictions.shown, label), given(predictions, label)];
  const counts = { right: 0, wrong: 0, missed: 0 };
  for (const [photo, isShown] of truth.entries()) {
    if (isShown && answer[photo]) counts.right++;
    else if (answer[photo]) counts.wrong++;
    else if (isShown) counts.missed++;
  }
  return counts;
};

/**
 * Label by label.
 *
 * @param thresholds of the labels, as they are published; each photo's own decide
 */
export const labelFigures = (
  predictions: LabelPredictions,
  labels: readonly string[],
  thresholds: readonly number[],
): ClassFigures[] =>
  labels.map((label, index) => {
    const counts = countDecisions(predictions, index);
    const { right, wrong, missed } = counts;
    const precise = averagePrecision(
      predictions.scores.map((row) => row[index]!),
      column(predictions.shown, index),
    );
    return {
      label,
      precision: right && right / (right + wrong),
      recall: right && right / (right + missed),
      f1: f1Of(counts),
      support: right + missed,
      ...(precise !== undefined && { averagePrecision: precise }),
      threshold: thresholds[index]!,
    };
  });

/**
 * The figures of all labels together. Labels that no photo has count for neither mean: nothing is known of them.
 * Without intervals; zeros for no photos.
 */
export const decisionFigures = (predictions: LabelPredictions, classes: number): Decisions => {
  const all: Counts = { right: 0, wrong: 0, missed: 0 };
  const [precisions, f1s]: [number[], number[]] = [[], []];
  for (let label = 0; label < classes; label++) {
    const counts = countDecisions(predictions, label);
    for (const what of ["right", "wrong", "missed"] as const) all[what] += counts[what];
    if (counts.right + counts.missed === 0) continue;
    f1s.push(f1Of(counts));
    precisions.push(
      averagePrecision(
        predictions.scores.map((row) => row[label]!),
        column(predictions.shown, label),
      )!,
    );
  }
  const { scores, thresholds, shown } = predictions;
  const exact = scores.filter((row, photo) => {
    const truth = new Set(shown[photo]);
    return row.every((score, label) => score >= thresholds[photo]![label]! === truth.has(label));
  }).length;
  return {
    map: mean(precisions),
    microF1: f1Of(all),
    macroF1: mean(f1s),
    exact: scores.length && exact / scores.length,
  };
};

const mean = (values: readonly number[]): number =>
  values.length && values.reduce((sum, value) => sum + value, 0) / values.length;
