/**
 * Scale, shift and threshold of each label, fitted to logits of photos that the head had not learned from, and scored
 * honestly: a photo's scores and decisions in the figures come from what was fitted to the other parts' photos. What is
 * published is fitted to all of them.
 */
import { calibrate } from "../../shared/classifier/scores.ts";
import { fitPlatt, type Platt } from "../head/platt.ts";
import { fitThreshold } from "../head/threshold.ts";
import { column } from "../metrics/decisions.ts";

/** Photos whose labels are known, and logits by a head that has not learned from them. */
export interface JudgedLabels {
  logits: readonly Float32Array[];
  /** Indices of each photo's true labels. */
  shown: readonly (readonly number[])[];
  /** Which part each photo lies in; parts calibrate each other. */
  parts: readonly number[];
}

/** One of each per label. */
export interface LabelCalibration {
  platt: readonly Platt[];
  thresholds: Float64Array;
}

export interface NestedCalibration {
  /** Fitted to all photos. */
  all: LabelCalibration;
  /** Per part, fitted to the others. */
  byPart: ReadonlyMap<number, LabelCalibration>;
}

export const calibrateLabels = ({ logits, shown, parts }: JudgedLabels, classes: number): NestedCalibration => {
  const fitTo = (photos: readonly number[]): LabelCalibration => {
    const rows = photos.map((photo) => logits[photo]!);
    const truths = photos.map((photo) => shown[photo]!);
    const labels = Array.from({ length: classes }, (_, label) => {
      const truth = column(truths, label);
      const platt = fitPlatt(
        Float64Array.from(rows, (row) => row[label]!),
        truth,
      );
      const moved = Float64Array.from(rows, (row) => scoreOf(applied(row[label]!, platt)));
      return { platt, threshold: fitThreshold(moved, truth) };
    });
    return {
      platt: labels.map(({ platt }) => platt),
      thresholds: Float64Array.from(labels, ({ threshold }) => threshold),
    };
  };
  const all = [...logits.keys()];
  return {
    all: fitTo(all),
    byPart: new Map(
      [...new Set(parts)].map((part) => [part, fitTo(all.filter((photo) => parts[photo] !== part))] as const),
    ),
  };
};

const applied = (logit: number, { scale, shift }: Platt): number => Math.fround(scale * logit + shift);

const scoreOf = (logit: number): number => labelScores(Float32Array.of(logit))[0]!;

/** Logits as the published head gives them, its labels' scales and shifts being folded into it. */
export const calibrated = (logits: Float32Array, { platt }: LabelCalibration): Float32Array =>
  logits.map((logit, label) => applied(logit, platt[label]!));

/** A score per label, as the classifier makes them of calibrated logits. */
export const labelScores = (logits: Float32Array): Float64Array =>
  calibrate(logits, { task: "multi-label", temperature: 1 });
