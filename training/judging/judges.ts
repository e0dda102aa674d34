/**
 * Who judges what: every photo that tells how good a model is must be answered by a head that has not learned from it. Few
 * photos are all too precious to be kept aside: they are dealt into folds, and each is answered by a head that learned from
 * the other folds. Of many, a part kept aside says enough, and one head answers it.
 */
import type { Combinations, Photo } from "../dataset/dataset.ts";
import { dealByLabels } from "../dataset/deal.ts";
import { dealFolds } from "./folds.ts";

export interface Judges {
  method: "out-of-fold" | "held-out";
  /** How many heads judge. */
  heads: number;
  /**
   * Per photo, the head that answers it and has not learned from it; `undefined` for a photo that every head learns from. A
   * head learns from all photos but those it answers.
   */
  of: readonly (number | undefined)[];
}

/**
 * Photos up to which all of them judge. Beyond, a fifth kept aside is 500 photos or more, whose accuracy is known to within
 * two or three points, and five more heads would take longer than they tell.
 */
export const fewPhotos = 2500;

/** More heads would each learn from hardly other photos, and take their time. */
const mostFolds = 10;

/** With several labels, every photo judges: those that are not given all there is to see are judged for the others. */
const deal = (
  photos: readonly Photo[],
  folds: number,
  seed: number,
  combinations: Combinations | undefined,
): (number | undefined)[] => {
  if (!combinations) return dealFolds(photos, folds, seed);
  const labelled = photos.map((photo) => ({ ...photo, labels: combinations[photo.label]! }));
  return dealByLabels(labelled, new Array<number>(folds).fill(1 / folds), seed);
};

/** @param validation share of each class that a head is judged by */
export const judgesOf = (
  photos: readonly Photo[],
  validation: number,
  seed: number,
  combinations?: Combinations,
): Judges => {
  const folds = Math.min(mostFolds, Math.round(1 / validation));
  if (photos.length > fewPhotos || folds < 2)
    return { method: "held-out", heads: 1, of: photos.map(({ part }) => (part === "validation" ? 0 : undefined)) };
  return { method: "out-of-fold", heads: folds, of: deal(photos, folds, seed, combinations) };
};

/** Folds that calibrate each other: what fits temperature and threshold must not score them either. */
const calibrationFolds = 5;

/** Per photo that is judged, which of several parts it lies in: the figures of a part use nothing that was fitted to it. */
export const partsOf = (
  photos: readonly Photo[],
  { method, of }: Judges,
  seed: number,
  combinations?: Combinations,
): (number | undefined)[] => {
  if (method === "out-of-fold") return [...of];
  const judged = [...photos.keys()].filter((photo) => of[photo] !== undefined);
  const dealt = deal(
    judged.map((photo) => photos[photo]!),
    calibrationFolds,
    seed,
    combinations,
  );
  const parts = new Map(judged.map((photo, at) => [photo, dealt[at] ?? 0]));
  return photos.map((_, photo) => parts.get(photo));
};
