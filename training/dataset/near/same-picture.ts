/**
 * Whether two photos show the same picture: by their detail where photos differ as photos do, and only as exact copies where
 * those of a class look alike anyway (X-rays, scans, one thing after another on white).
 *
 * Measured: on 1,700 photos of dogs and flowers, a quarter of the tiles of different ones correlate by .43 at most, and of copies
 * that were scaled, compressed, lit, mirrored, turned by 2 degrees, framed or cropped by 10% by .6 or more in 98 of 100. What a
 * label along a border leaves of a copy correlates by .99 or more, of different photos by .25 at most.
 */
import { align, inPlace, warpOf } from "./align.ts";
import type { Candidate } from "./candidates.ts";
import { detailOf, likenessAligned, likenessInPlace, tileAt } from "./detail.ts";
import { mirrored, type Picture } from "./picture.ts";
import { coloursOf, greyOf, type Print, SIDE } from "./print.ts";
import { uncoveredWindows, wholeWindow } from "./windows.ts";

export interface LabelledPrint {
  print: Print;
  label: string;
}

/** Correlation that a tile of a copy has at least, and of a copy with a label laid over it. */
const SAME = 0.5;
const SAME_UNCOVERED = 0.6;
/** Share of the tiles that may differ: under one label; under two, where a small difference may be what tells them apart. */
const [MAY_DIFFER, MAY_DIFFER_ACROSS] = [0.25, 0.1];
const MAY_DIFFER_UNCOVERED = 0.15;
/** Pairs of a class that tell whether its photos look alike, the share of them that may, and the correlation of those. */
const SAMPLED_PAIRS = 40;
const MAY_LOOK_ALIKE = 0.1;
const LOOKING_ALIKE = 0.25;
/** An exact copy lies nearer than this share of the distance to the photo's next ones, and no farther than that. */
const NEARER = 0.2;
const FARTHEST_COPY = 0.25;
const NEXT = 3;
/** Measured: half of the pairs of drawn X-rays lie farther apart than .2. */
const NEARLY_ONE = 0.05;
const SAMPLED_MATES = 24;
/** Share of the colours' energy that a copy may be off by, and the energy that compression adds. */
const COLOURS_OFF = 0.3;
const COLOUR_NOISE = 2000;

export interface Judge {
  /** @param candidates windows of photo `one` that may show photo `other` */
  isSame(one: number, candidates: readonly Candidate[], other: number): boolean;
  /** Whether half of the pairs of a class differ by no more than copies do: then none stands out as one. */
  isNearlyOne(label: string): boolean;
}

/** @param candidatesOf the photos nearest to one */
export const createJudge = (
  photos: readonly LabelledPrint[],
  candidatesOf: (photo: number) => readonly Candidate[],
): Judge => {
  const picture = remember((photo): Picture => ({ values: greyOf(photos[photo]!.print), side: SIDE }));
  const detail = remember((photo) => detailOf(picture(photo)));
  const classes = new Map<string, number[]>();
  for (const [index, { label }] of photos.entries()) if (!classes.get(label)?.push(index)) classes.set(label, [index]);

  const looksAlike = new Map<string, boolean>();
  const isAlike = (label: string): boolean => {
    const known = looksAlike.get(label) ?? photosLookAlike(classes.get(label)!);
    looksAlike.set(label, known);
    return known;
  };
  /** Some pairs of the photos. */
  const sample = (members: readonly number[]): [number, number][] =>
    Array.from({ length: SAMPLED_PAIRS }, (_, pair): [number, number] => [
      members[(pair * 7919) % members.length]!,
      members[(pair * 104729 + 1) % members.length]!,
    ]).filter(([one, other]) => one !== other);
  const saysMuch = (members: readonly number[]): boolean => members.length * (members.length - 1) >= SAMPLED_PAIRS;
  /** A small class says little of itself: then all photos are asked. */
  const photosLookAlike = (members: readonly number[]): boolean => {
    const likeness = sample(saysMuch(members) ? members : [...photos.keys()]).map(([one, other]) => {
      const warp = align(picture(one), picture(other), inPlace);
      return warp ? tileAt(likenessAligned(picture(one), detail(other), warp), MAY_DIFFER) : -1;
    });
    likeness.sort((a, b) => b - a);
    return (likeness[Math.floor(likeness.length * MAY_LOOK_ALIKE)] ?? 1) > LOOKING_ALIKE;
  };

  const distance = (one: number, other: number): number => 1 - likenessInPlace(detail(one), detail(other)).whole;
  /** To the next photos of a photo's neighbourhood: nearest ones, and any of its class. */
  const reach = remember((photo): number[] => {
    const mates = classes.get(photos[photo]!.label)!;
    const sampled = Array.from({ length: SAMPLED_MATES }, (_, i) => mates[(photo + i * 104729) % mates.length]!);
    const others = new Set([...candidatesOf(photo).map(({ other }) => other), ...sampled]);
    others.delete(photo);
    return [...others].map((other) => distance(photo, other)).sort((a, b) => a - b);
  });

  const isExactCopy = (one: number, other: number): boolean => {
    const far = distance(one, other);
    const next = [one, other].map((photo) => reach(photo)[NEXT] ?? 1);
    return far <= Math.min(FARTHEST_COPY, NEARER * Math.min(...next)) && haveSameColours(photos[one]!, photos[other]!);
  };

  const showsSame = (one: number, { window, mirrored: turned }: Candidate, other: number): boolean => {
    const sameLabel = photos[one]!.label === photos[other]!.label;
    const mayDiffer = sameLabel ? MAY_DIFFER : MAY_DIFFER_ACROSS;
    const seen = turned ? mirrored(picture(one)) : picture(one);
    const seenDetail = turned ? detailOf(seen) : detail(one);
    if (tileAt(likenessInPlace(seenDetail, detail(other)), mayDiffer) >= SAME) return true;
    const uncovered = window === wholeWindow ? uncoveredWindows : uncoveredWindows.filter((part) => part === window);
    if (sameLabel)
      for (const part of uncovered)
        if (tileAt(likenessInPlace(seenDetail, detail(other), part), MAY_DIFFER_UNCOVERED) >= SAME_UNCOVERED)
          return true;
    if (uncoveredWindows.includes(window)) return false;
    const warp = align(seen, picture(other), warpOf(window));
    return warp !== undefined && tileAt(likenessAligned(seen, detail(other), warp), mayDiffer) >= SAME;
  };

  return {
    isSame(one, candidates, other) {
      if (isAlike(photos[one]!.label) || isAlike(photos[other]!.label))
        return candidates.some(({ mirrored }) => !mirrored) && isExactCopy(one, other);
      return candidates.some((candidate) => showsSame(one, candidate, other));
    },
    isNearlyOne(label) {
      const members = classes.get(label)!;
      if (!saysMuch(members)) return false;
      const distances = sample(members).map(([one, other]) => distance(one, other));
      return distances.filter((far) => far <= NEARLY_ONE).length > distances.length / 2;
    },
  };
};

const haveSameColours = (one: LabelledPrint, other: LabelledPrint): boolean => {
  const [a, b] = [coloursOf(one.print), coloursOf(other.print)];
  let [own, others, off] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    own += a[i]! ** 2;
    others += b[i]! ** 2;
    off += (a[i]! - b[i]!) ** 2;
  }
  return off <= COLOURS_OFF * Math.max(own, others) + COLOUR_NOISE;
};

/** Each photo's once. */
const remember = <Value>(compute: (photo: number) => Value): ((photo: number) => Value) => {
  const known = new Map<number, Value>();
  return (photo) => {
    const value = known.get(photo) ?? compute(photo);
    known.set(photo, value);
    return value;
  };
};
