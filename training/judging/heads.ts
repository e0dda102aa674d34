/**
 * Heads of one kind: the published one learns from all photos, and what is said of it (accuracy, temperature, unknown
 * threshold) is measured on others, each of which answers photos that it has not learned from. More photos make a better head;
 * a score on photos that a head has learned from would be worth nothing.
 */
import { type FeatureRows, rowsOf } from "../features/gather.ts";
import { type LabelledFeatures, type LinearHead, type LinearHeadOptions, trainLinearHead } from "../head/linear.ts";
import { headLogits } from "../head/logits.ts";
import type { Progress } from "../progress.ts";
import type { Judges } from "./judges.ts";

export interface JudgedHeads {
  /** From all photos. */
  published: LinearHead;
  /** Per photo, what the head that judges it answers; `undefined` for a photo that judges nothing. */
  logits: (Float32Array | undefined)[];
  /** Of the first head that judges: how loss and accuracy went on the photos it learned from, and on those it judges. */
  history: LinearHead["history"];
}

export interface HeadTraining
  extends Pick<LinearHeadOptions, "tf" | "classes" | "groups" | "settings" | "cache" | "signal"> {
  /** A row per photo. */
  rows: FeatureRows;
  /** Of further looks at the photos, to learn from only. */
  augmented?: FeatureRows | undefined;
  judges: Judges;
  progress: Progress;
  /** Of the first head that judges, whose epochs say how good the head gets. */
  onEpoch?: LinearHeadOptions["onEpoch"];
}

/** @throws Error without photos to judge by */
export const trainHeads = async (training: HeadTraining): Promise<JudgedHeads> => {
  const { rows, augmented, judges, progress, onEpoch, ...options } = training;
  if (!judges.of.some((judge) => judge !== undefined))
    throw new Error(
      "a head needs photos to be judged by, and got none: every class shows one picture, or pictures that others have too; add different photos",
    );
  const stage = progress.stage("head");
  const learnedFrom = (wanted: (photo: number) => boolean): LabelledFeatures =>
    augmented ? join(rowsOf(rows, wanted), rowsOf(augmented, wanted)) : rowsOf(rows, wanted);

  const logits = new Array<Float32Array | undefined>(judges.of.length).fill(undefined);
  let history: LinearHead["history"] = [];
  for (let judge = 0; judge < judges.heads; judge++) {
    stage.update(judge, judges.heads + 1);
    const judged = [...judges.of.keys()].filter((photo) => judges.of[photo] === judge);
    const validation = rowsOf(rows, (photo) => judges.of[photo] === judge);
    const head = await trainLinearHead({
      ...options,
      training: learnedFrom((photo) => judges.of[photo] !== judge),
      ...(judge === 0 && { validation, onEpoch }),
    });
    if (judge === 0) history = head.history;
    for (const [at, row] of headLogits(head, validation.features).entries()) logits[judged[at]!] = row;
  }
  stage.update(judges.heads, judges.heads + 1);
  const published = await trainLinearHead({ ...options, training: learnedFrom(() => true) });
  const last = history.at(-1);
  stage.end(
    `${published.history.length} epochs on all photos; ${
      judges.heads === 1 ? "another head" : `${judges.heads} others`
    } judge it: loss ${last?.validationLoss?.toFixed(3)}`,
  );
  return { published, logits, history };
};

const join = (a: LabelledFeatures, b: LabelledFeatures): LabelledFeatures => {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  return { features, labels: Int32Array.from([...a.labels, ...b.labels]) };
};
