/**
 * Whether a head of this kind, on this backbone and these photos, knows what it does not know: half of the classes are hidden
 * from it, it learns the others, and their photos' energies are held against those of photos that it should know but has not
 * learned from. Near out-of-distribution detection as in Yang et al. 2022 (OpenOOD), with the owner's own classes.
 */
import { energy } from "../../shared/classifier/scores.ts";
import type { UnknownCheck } from "../../shared/metrics.ts";
import { type FeatureRows, rowsOf } from "../features/gather.ts";
import type { HeadTrainer } from "../head/trainer.ts";
import { fitUnknownThreshold } from "../head/unknown.ts";
import { seeded } from "../seeded.ts";
import { auroc } from "./auroc.ts";
import { type Answers, answerFrozen } from "./heads.ts";
import type { Judges } from "./judges.ts";

/** With fewer classes a half of them is a single one, and a head of one class cannot be unsure. */
const fewestClasses = 4;

/** Draws of which half is hidden; both halves of each are, in turn. One half may lie three points beside the mean. */
const usualDraws = 2;

export interface HiddenClassesOptions {
  rows: FeatureRows;
  classes: number;
  judges: Judges;
  seed: number;
  /** Of which half of the classes is hidden: 2 by default, 1 where photos are many. */
  draws?: number;
  train: HeadTrainer;
  /** By the frozen backbone's features without. */
  answer?: Answers;
  /** Called with the share of all heads' training that is done. */
  onShare?: ((share: number) => void) | undefined;
}

/** `undefined` with fewer than four classes. */
export const checkHiddenClasses = async (
  options: HiddenClassesOptions,
): Promise<UnknownCheck["hidden"] | undefined> => {
  const { rows, classes, judges, seed, train, answer = answerFrozen, onShare } = options;
  const { draws = judges.method === "out-of-fold" ? usualDraws : 1 } = options;
  if (classes < fewestClasses) return undefined;
  const labelOf = new Map(Array.from(rows.photo, (photo, row) => [photo, rows.labels[row]!] as const));
  let [sum, refused, photos, rounds] = [0, 0, 0, 0];
  const drawn = halves(classes, draws, seed);
  for (const [half, known] of drawn.entries()) {
    const place = new Map(known.map((label, at) => [label, at]));
    const isKnown = (photo: number): boolean => place.has(labelOf.get(photo)!);
    const learned = rowsOf(rows, (photo) => isKnown(photo) && judges.of[photo] !== 0);
    const head = await train({
      classes: known.length,
      training: { ...learned, labels: learned.labels.map((label) => place.get(label)!) },
      onShare: (share) => onShare?.((half + share) / drawn.length),
    });
    const answers = (wanted: (photo: number) => boolean) => answer(head, rowsOf(rows, wanted));
    const unseen = await answers((photo) => isKnown(photo) && judges.of[photo] === 0);
    if (unseen.length === 0) continue;
    const { threshold } = fitUnknownThreshold(unseen);
    const hidden = Float64Array.from(await answers((photo) => !isKnown(photo)), energy);
    sum += auroc(Float64Array.from(unseen, energy), hidden);
    refused += hidden.filter((energy) => energy < threshold).length;
    photos += hidden.length;
    rounds++;
  }
  return rounds === 0 ? undefined : { photos, rounds, auroc: sum / rounds, refused: refused / photos };
};

/** Classes that are known, two halves a draw. */
const halves = (classes: number, draws: number, seed: number): number[][] =>
  Array.from({ length: draws }, (_, draw) => {
    const drawn = Array.from({ length: classes }, (_, label) => label).sort(
      (a, b) => seeded(`hidden\n${seed}\n${draw}\n${a}`) - seeded(`hidden\n${seed}\n${draw}\n${b}`),
    );
    const middle = Math.floor(classes / 2);
    return [drawn.slice(0, middle), drawn.slice(middle)].map((half) => half.sort((a, b) => a - b));
  }).flat();
