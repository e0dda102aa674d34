/** One form's trial on one engine: does it still say what the float model says? */
import type { EngineKind } from "../../shared/engine/engine.ts";
import type { Scores, Trial } from "../../shared/manifest.ts";
import { best } from "../metrics/predictions.ts";

/** A form agrees with the float model on at least this share of the views, or is refused. */
export const leastAgreement = 0.97;

/** Validation top-1 may fall by this much, or by one photo where that is more. */
export const largestFall = 0.01;

export interface TrialInput {
  engine: EngineKind;
  /** Per view, the float model's and the form's on that engine. */
  float: readonly Float32Array[];
  logits: readonly Float32Array[];
  /** The true class (or combination of labels) of a view that is the plain view of a validation photo; undefined for all others. */
  labels: readonly (number | undefined)[];
  /** How far the form says what the float model says; the share of views with the same top label by default. */
  agreement?: ((float: readonly Float32Array[], logits: readonly Float32Array[]) => number) | undefined;
  score(logits: readonly Float32Array[], labels: readonly number[]): Scores;
}

/** The share of views on which both have the same top label. Numbers that are none agree with nothing. */
export const agreementOf = (float: readonly Float32Array[], logits: readonly Float32Array[]): number => {
  const same = logits.filter((values, i) => values.every(Number.isFinite) && best(values) === best(float[i]!));
  return same.length / float.length;
};

/** Scores of the views that have a label; undefined when none has. */
export const scoresOf = (
  { labels, score }: Pick<TrialInput, "labels" | "score">,
  logits: readonly Float32Array[],
): Scores | undefined => {
  const labelled = labels.flatMap((label, view) => (label === undefined ? [] : [{ label, values: logits[view]! }]));
  if (labelled.length === 0) return undefined;
  return score(
    labelled.map(({ values }) => values),
    labelled.map(({ label }) => label),
  );
};

export const judge = (input: TrialInput): Trial => {
  const { engine, float, logits, agreement: agreementBetween = agreementOf } = input;
  const broken = logits.filter((values) => !values.every(Number.isFinite)).length;
  if (broken > 0) {
    const reason = `gives logits that are no finite numbers on ${broken} of ${float.length} views`;
    return { engine, views: float.length, agreement: agreementBetween(float, logits), passed: false, reason };
  }
  const agreement = agreementBetween(float, logits);
  const [before, validation] = [scoresOf(input, float), scoresOf(input, logits)];
  const reason = whyDisagrees(input, agreement) ?? whyRefused(before, validation);
  return {
    engine,
    views: float.length,
    agreement,
    ...(validation && { validation }),
    passed: reason === undefined,
    ...(reason !== undefined && { reason }),
  };
};

const whyDisagrees = ({ agreement: several }: TrialInput, agreement: number): string | undefined => {
  if (agreement >= leastAgreement) return undefined;
  const what = several ? "labels given" : "views";
  return `agrees with the float model on ${percent(agreement)} of the ${what}; ${percent(leastAgreement)} are needed`;
};

const whyRefused = (before: Scores | undefined, after: Scores | undefined): string | undefined => {
  if (!before || !after) return undefined;
  const allowed = Math.max(1 / before.photos, largestFall);
  const [what, from, to] = before.decisions
    ? ["micro F1", before.decisions.microF1, after.decisions!.microF1]
    : ["top-1", before.top1, after.top1];
  // Sums of equal fractions differ in the last digit.
  if (from - to <= allowed + 1e-9) return undefined;
  return `validation ${what} falls from ${percent(from)} to ${percent(to)}; ${percent(allowed)} are allowed`;
};

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
