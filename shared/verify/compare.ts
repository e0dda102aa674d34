/** Whether a photo went the same way as where its model was made, and if not, at which stage it first went another. */
import type { Answer, Trace } from "../classifier/classifier.ts";
import { calibrate, rank, reached } from "../classifier/scores.ts";
import type { EngineKind } from "../engine/engine.ts";
import type { Manifest } from "../manifest.ts";
import type { Probe, Probes } from "../probe.ts";

/** In the order in which a photo passes them. */
export type Stage = "decode" | "pixels" | "engine" | "calibration";

export interface Difference {
  stage: Stage;
  /** What was found and what was expected. */
  detail: string;
}

/** Scores follow from logits in float64 on both sides, and JSON keeps every digit. */
const SCORE_TOLERANCE = 1e-6;

export const kindOf = (engine: Trace["engine"]): EngineKind => (engine === "native" ? "native" : "web");

/** Largest absolute difference; NaN when one has other numbers of logits, or something that is none. */
export const largestShift = (logits: ArrayLike<number>, expected: ArrayLike<number>): number =>
  logits.length === expected.length
    ? Array.from(logits).reduce((largest, logit, i) => Math.max(largest, Math.abs(logit - expected[i]!)), 0)
    : Number.NaN;

/** What of a manifest makes an answer of logits. */
type Calibrated = Pick<Manifest, "labels" | "task" | "temperature" | "thresholds">;

const compareScores = (
  { predictions, labels = [] }: Pick<Answer, "predictions" | "labels">,
  { logits }: Trace,
  manifest: Calibrated,
): Difference | undefined => {
  const scores = calibrate(logits, manifest);
  const ranking = rank(scores);
  const expected = ranking.slice(0, predictions.length);
  for (const [place, index] of expected.entries()) {
    const { label, score } = predictions[place]!;
    if (label === manifest.labels[index] && Math.abs(score - scores[index]!) <= SCORE_TOLERANCE) continue;
    const detail = `place ${place + 1} is ${JSON.stringify(label)} with ${score}; its logits and temperature ${manifest.temperature} give ${JSON.stringify(manifest.labels[index])} with ${scores[index]}`;
    return { stage: "calibration", detail };
  }
  const named = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ") || "none";
  const found = named(labels.map(({ label }) => label));
  const due = named(reached(ranking, scores, manifest.thresholds ?? []).map((index) => manifest.labels[index]!));
  if (found === due) return undefined;
  return { stage: "calibration", detail: `its labels are ${found}; its logits and thresholds give ${due}` };
};

/** The first stage at which `answer`, asked for with its trace, differs from the probe; undefined when none does. */
export const compareProbe = (
  answer: Pick<Answer, "predictions" | "labels"> & { trace: Trace },
  probe: Probe,
  tolerance: Probes["tolerance"],
  manifest: Calibrated,
): Difference | undefined => {
  const { trace } = answer;
  if (trace.decoded !== probe.decoded)
    return { stage: "decode", detail: `decoded pixels hash to ${trace.decoded}, expected ${probe.decoded}` };
  if (trace.tensor !== probe.tensor)
    return { stage: "pixels", detail: `the tensor hashes to ${trace.tensor}, expected ${probe.tensor}` };
  const kind = kindOf(trace.engine);
  const shift = largestShift(trace.logits, probe.logits[kind]);
  // so written that NaN is a difference
  if (!(shift <= tolerance[kind])) {
    const detail = Number.isNaN(shift)
      ? `${trace.logits.length} logits from ${trace.engine}, expected ${probe.logits[kind].length}`
      : `a logit from ${trace.engine} is off by ${shift}; at most ${tolerance[kind]} is allowed`;
    return { stage: "engine", detail };
  }
  return compareScores(answer, trace, manifest);
};
