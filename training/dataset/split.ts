/**
 * Which photos judge the head and which teach it. Stratified: every class gives the same share, and at least one photo to
 * each part; photos that show the same picture go to the same part. The order in which photos are drawn is that of SHA-256(seed, label, photo's sha256): a keyed hash instead of a
 * generator's sequence, so neither file names, the file system nor the other photos decide where a photo goes.
 */
import { createHash } from "node:crypto";
import { byCodePoint, type Part } from "./dataset.ts";
import { dealByLabels, type ManyLabelled } from "./deal.ts";
import { group } from "./group.ts";

interface Labelled {
  sha256: string;
  label: string;
  /** Photos of one group go together; each is alone by default. */
  group?: number;
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
  requireShare(share);
  const classes = group(photos, ({ label }) => label);
  const sizes = new Map(
    [...group(photos, ({ group = -1 }) => String(group))].map(([id, own]) => [Number(id), own.length]),
  );
  const validation = new Set<Labelled>();
  for (const [label, members] of classes) {
    if (members.length < fewestPhotos)
      throw new Error(
        `class "${label}" has ${members.length} photo; it needs ${fewestPhotos} at least, add more or remove the class`,
      );
    const count = Math.min(members.length - 1, Math.max(1, Math.round(members.length * share)));
    const drawn = groupsOf(members, sizes)
      .map((own) => ({ own, key: own.map(({ sha256 }) => hash(`${seed}\n${label}\n${sha256}`)).sort(byCodePoint)[0]! }))
      .sort((a, b) => byCodePoint(a.key, b.key))
      .map(({ own }) => own);
    let taken = 0;
    const take = (own: readonly Labelled[]): void => {
      for (const photo of own) validation.add(photo);
      taken += own.length;
    };
    for (const own of drawn) if (taken + own.length <= count) take(own);
    // groups larger than the share: better judged by too many photos than by none
    const smallest = drawn.reduce((a, b) => (b.length < a.length ? b : a), drawn[0] ?? []);
    if (taken === 0 && smallest.length < members.length) take(smallest);
  }
  return photos.map((photo) => (validation.has(photo) ? "validation" : "training"));
};

/**
 * The same for photos that may have several labels, or none: each label gives the share as nearly as it can be.
 *
 * @throws Error when the share is out of range
 */
export const splitByLabels = (photos: readonly ManyLabelled<string>[], share: number, seed: number): Part[] => {
  requireShare(share);
  return dealByLabels(photos, [share, 1 - share], seed).map((part) => (part === 0 ? "validation" : "training"));
};

const requireShare = (share: number): void => {
  if (!(share > 0 && share < 1))
    throw new Error(
      `a validation share of ${share} is not between 0 and 1; 0.2 keeps a fifth of the photos for judging`,
    );
};

/** The groups of one class that may judge it: those that no other class shares, for whose label would be true? */
const groupsOf = (members: readonly Labelled[], sizes: ReadonlyMap<number, number>): Labelled[][] =>
  [...group(members.entries(), ([index, { group = `alone ${index}` }]) => String(group)).values()]
    .map((own) => own.map(([, photo]) => photo))
    .filter(([first, ...others]) => first!.group === undefined || sizes.get(first!.group) === others.length + 1);

/** One hash for a whole split: sha256 over the sorted rows of photo, label and part. */
export const hashSplit = (rows: readonly (Labelled & { part: Part })[]): string =>
  hash(
    rows
      .map(({ sha256, label, part }) => `${sha256}\t${label}\t${part}\n`)
      .sort(byCodePoint)
      .join(""),
  );

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
