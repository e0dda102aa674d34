/**
 * Temperature and unknown threshold, fitted to logits of photos that the head had not learned from, and scored honestly: a
 * photo's scores in the figures come from a temperature that was fitted to the other parts' photos, and so does the share of
 * photos that keep their answer. What is published is fitted to all of them.
 */
import { calibrate, energy } from "../../shared/classifier/scores.ts";
import { fitTemperature } from "../head/calibrate.ts";
import { fitUnknownThreshold, type UnknownThreshold } from "../head/unknown.ts";

/** Photos whose label is known, and logits by a head that has not learned from them. */
export interface Judged {
  logits: readonly Float32Array[];
  /** Index of each photo's true label. */
  labels: readonly number[];
  /** Which part each photo lies in; parts calibrate each other. */
  parts: readonly number[];
}

export interface Calibration {
  /** Fitted to all photos. */
  temperature: number;
  /** Fitted to all photos, but `kept` is the share of those that lie above the threshold fitted to the other parts. */
  unknown: UnknownThreshold;
  /** Per part, fitted to the others. */
  temperatures: ReadonlyMap<number, number>;
}

export const calibrateJudged = ({ logits, labels, parts }: Judged): Calibration => {
  const temperatures = new Map<number, number>();
  let [above, counted] = [0, 0];
  for (const part of new Set(parts)) {
    const others = [...parts.keys()].filter((photo) => parts[photo] !== part);
    const rows = others.map((photo) => logits[photo]!);
    temperatures.set(
      part,
      fitTemperature(
        rows,
        others.map((photo) => labels[photo]!),
      ),
    );
    if (rows.length === 0) continue;
    const { threshold } = fitUnknownThreshold(rows);
    for (const [photo, row] of logits.entries())
      if (parts[photo] === part) {
        counted++;
        if (energy(row) >= threshold) above++;
      }
  }
  const unknown = fitUnknownThreshold(logits);
  return {
    temperature: fitTemperature(logits, labels),
    unknown: { ...unknown, ...(counted > 0 && { kept: above / counted }) },
    temperatures,
  };
};

/** Scores of single-label logits, each calibrated by what was fitted to the other parts. */
export const honestScores = (
  logits: readonly Float32Array[],
  parts: readonly number[],
  { temperatures }: Pick<Calibration, "temperatures">,
): Float64Array[] =>
  logits.map((row, photo) => calibrate(row, { task: "single-label", temperature: temperatures.get(parts[photo]!)! }));
