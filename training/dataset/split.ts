/**
 * Which photos judge the head and which teach it. Stratified: every class gives the same share, and at least one photo to
 * each part. The order in which photos are drawn is that of SHA-256(seed, label, photo's sha256): a keyed hash instead of a
 * generator's sequence, so neither file names, the file system nor the other photos decide where a photo goes.
 */
import { createHash } from "node:crypto";
import { byCodePoint, type Part } from "./dataset.ts";
import { group } from "./group.ts";

interface Labelled {
  sha256: string;
  label: string;
}

/** Fewest photos of a class: one to learn from, one to judge by. */
export const fewestPhotos = 2;

/**
 * The part of each photo, in the order given.
 *
 * @param share of each class that becomes validation, above 0 and below 1; rounded to whole photos
 * @throws Error when the share is out of range, or a class has fewer than two photos
 */
export const split = (photos: readonly Labelled[], share: number, seed: number): Part[] => {
  if (!(share > 0 && share < 1))
    throw new Error(
      `a validation share of ${share} is not between 0 and 1; 0.2 keeps a fifth of the photos for judging`,
    );
  const parts: Part[] = photos.map(() => "training");
  const classes = group(photos.keys(), (index) => photos[index]!.label);
  for (const [label, indices] of classes) {
    if (indices.length < fewestPhotos)
      throw new Error(
        `class "${label}" has ${indices.length} photo; it needs ${fewestPhotos} at least, add more or remove the class`,
      );
    const drawn = indices
      .map((index) => ({ index, key: hash(`${seed}\n${label}\n${photos[index]!.sha256}`) }))
      .sort((a, b) => byCodePoint(a.key, b.key));
    const count = Math.min(indices.length - 1, Math.max(1, Math.round(indices.length * share)));
    for (const { index } of drawn.slice(0, count)) parts[index] = "validation";
  }
  return parts;
};

/** One hash for a whole split: sha256 over the sorted rows of photo, label and part. */
export const hashSplit = (rows: readonly (Labelled & { part: Part })[]): string =>
  hash(
    rows
      .map(({ sha256, label, part }) => `${sha256}\t${label}\t${part}\n`)
      .sort(byCodePoint)
      .join(""),
  );

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
