/**
 * Heads of one kind: the published one learns from all photos, and what is said of it (accuracy, temperature, unknown
 * threshold) is measured on others, each of which answers photos that it has not learned from. More photos make a better head;
 * a score on photos that a head has learned from would be worth nothing.
 */

import type { Epoch } from "../../shared/training-facts.ts";
import { type FeatureRows, rowsOf } from "../features/gather.ts";
import type { Head } from "../head/head.ts";
import { headLogits } from "../head/logits.ts";
import type { HeadTrainer } from "../head/trainer.ts";
import type { Progress } from "../progress.ts";
import type { Judges } from "./judges.ts";

export interface Judgement {
  /** Per photo, what the head that judges it answers; `undefined` for a photo that judges nothing. */
  logits: (Float32Array | undefined)[];
  /** Those that judge; one that had no photo to answer is missing. */
  judging: (Head | undefined)[];
  /** Of the first head that judges: how loss and accuracy went on the photos it learned from, and on those it judges. */
  history: readonly Epoch[];
}

/** What a head of some kind says of photos that it has not learned from. */
export type Answers = (head: Head, rows: FeatureRows) => Promise<Float32Array[]>;

/** Of a head upon a frozen backbone. */
export const answerFrozen: Answers = async (head, { features }) => headLogits(head, features);

export interface JudgedHeads extends Judgement {
  /** From all photos. */
  published: Head;
}

export interface HeadTraining {
  train: HeadTrainer;
  answer: Answers;
  classes: number;
  /** What a head takes, about, in whatever the progress counts. */
  steps: number;
  /** A row per photo. */
  rows: FeatureRows;
  /** Of further looks at the photos, to learn from only. */
  augmented?: FeatureRows | undefined;
  judges: Judges;
  progress: Progress;
  /** Of the first head that judges, whose epochs say how good the head gets. */
  onEpoch?: ((row: Epoch) => void) | undefined;
}

/** @throws Error without photos to judge by */
export const trainHeads = async (training: HeadTraining): Promise<JudgedHeads> => {
  const { train, classes, steps, judges, progress, onEpoch } = training;
  const stage = progress.stage("head");
  const follow = (done: number, share: number): void =>
    stage.update(Math.round((done + share) * steps), (judges.heads + 1) * steps);
  const judgement = await judgeHeads({
    ...training,
    onEpoch: (judge, row) => judge === 0 && onEpoch?.(row),
    onShare: follow,
  });
  const published = await train({
    classes,
    training: learnedFrom(training, () => true),
    onShare: (share) => follow(judges.heads, share),
  });
  const last = judgement.history.at(-1);
  stage.end(
    `${epochsIn(published)}; ${judges.heads === 1 ? "another head judges" : `${judges.heads} others judge`} it: loss ${last?.validationLoss?.toFixed(3)}`,
  );
  return { ...judgement, published };
};

const epochsIn = ({ history, tuned }: Head): string => {
  if (!tuned) return `${history.length} epochs on all photos`;
  if (tuned.epochs === 0) return `${history.length} epochs, blocks better frozen`;
  return `${history.length - tuned.epochs} epochs, ${tuned.epochs} with blocks`;
};

export interface HeadJudging extends Omit<HeadTraining, "steps" | "progress" | "onEpoch"> {
  onEpoch?: (judge: number, row: Epoch) => void;
  /** What a judging head has done of its training, from 0 to 1. */
  onShare?: (judge: number, share: number) => void;
}

/** Only what tells how good a head of this kind is. @throws Error without photos to judge by */
export const judgeHeads = async (judging: HeadJudging): Promise<Judgement> => {
  const { train, answer, classes, rows, judges, onEpoch, onShare } = judging;
  if (!judges.of.some((judge) => judge !== undefined))
    throw new Error(
      "a head needs photos to be judged by, and got none: every class shows one picture, or pictures that others have too; add different photos",
    );
  const logits = new Array<Float32Array | undefined>(judges.of.length).fill(undefined);
  const heads = new Array<Head | undefined>(judges.heads).fill(undefined);
  let history: readonly Epoch[] = [];
  for (let judge = 0; judge < judges.heads; judge++) {
    const judged = [...judges.of.keys()].filter((photo) => judges.of[photo] === judge);
    const validation = rowsOf(rows, (photo) => judges.of[photo] === judge);
    if (judged.length === 0) continue;
    const head = await train({
      classes,
      training: learnedFrom(judging, (photo) => judges.of[photo] !== judge),
      ...(judge === 0 && { validation }),
      onEpoch: (row) => onEpoch?.(judge, row),
      onShare: (share) => onShare?.(judge, share),
    });
    heads[judge] = head;
    if (judge === 0) history = head.history;
    for (const [at, row] of (await answer(head, validation)).entries()) logits[judged[at]!] = row;
  }
  return { logits, judging: heads, history };
};

const learnedFrom = (
  { rows, augmented }: Pick<HeadTraining, "rows" | "augmented">,
  wanted: (photo: number) => boolean,
): FeatureRows => (augmented ? join(rowsOf(rows, wanted), rowsOf(augmented, wanted)) : rowsOf(rows, wanted));

const join = (a: FeatureRows, b: FeatureRows): FeatureRows => {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  return {
    features,
    labels: Int32Array.from([...a.labels, ...b.labels]),
    photo: Int32Array.from([...a.photo, ...b.photo]),
  };
};
