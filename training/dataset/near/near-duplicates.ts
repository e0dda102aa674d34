/**
 * Photos that show the same picture, though their bytes differ, put into groups. A group that lay on both sides of the split would
 * let a model be judged by what it has learned by heart; a class that became one group could not be judged at all.
 */
import { group } from "../group.ts";
import { type Candidate, findCandidates } from "./candidates.ts";
import type { Pause } from "./pause.ts";
import { greyOf, SIDE } from "./print.ts";
import { createJudge, type LabelledPrint } from "./same-picture.ts";
import { type Pair, starsOf } from "./stars.ts";

/** Share of a class that may be one picture, or that may lie under other labels as well; and photos of a small class. */
const MOST = 0.25;
const FEW = 5;
const most = (photos: number): number => Math.max(MOST * photos, Math.min(FEW, photos - 1));

export interface Grouping {
  /** The group of each photo: the index of its first member, its own where it is alone. */
  groups: number[];
  /** What looked alike but was left ungrouped, since too much of a class did. */
  warnings: string[];
}

/** Share of the work that finding candidates is, where few photos are alike. */
const FINDING = 0.7;

/** @param pause is awaited now and then, with the share of the work that is done */
export const groupNearDuplicates = async (photos: readonly LabelledPrint[], pause: Pause): Promise<Grouping> => {
  const pictures = photos.map(({ print }) => ({ values: greyOf(print), side: SIDE }));
  const candidates = await findCandidates(pictures, (share) => pause(share * FINDING));
  const judge = createJudge(photos, (photo) => candidates[photo]!);
  const pairs: Pair[] = [];
  for (const [one, found] of candidates.entries()) {
    await pause(FINDING + ((1 - FINDING) * one) / photos.length);
    for (const [other, own] of byOther(found)) {
      const back = candidates[other]!.filter((candidate) => candidate.other === one);
      // of two that found each other, the first one asks
      if (back.length > 0 && other < one) continue;
      if (judge.isSame(one, own, other) || (back.length > 0 && judge.isSame(other, back, one)))
        pairs.push([one, other]);
    }
  }
  const labels = photos.map(({ label }) => label);
  const { groups, warnings } = bounded(labels, pairs);
  const flattering = [...new Set(labels)].filter(judge.isNearlyOne);
  return { groups, warnings: [...warnings, ...flattering.map(nearlyOne)] };
};

const nearlyOne = (label: string): string =>
  `most photos of "${label}" are nearly one picture; they are split as if they were different, and the figures may ` +
  "flatter: add photos that differ";

const byOther = (candidates: readonly Candidate[]): [number, Candidate[]][] =>
  [...group(candidates, ({ other }) => String(other))].map(([other, own]) => [Number(other), own]);

/** Ungroups where the groups would leave too little of a class to judge it by. */
const bounded = (labels: readonly string[], pairs: readonly Pair[]): Grouping => {
  const sizes = new Map([...group(labels, (label) => label)].map(([label, own]) => [label, own.length]));
  const warnings: string[] = [];
  const countOf = (members: Iterable<number>): Map<string, number> =>
    new Map([...group(members, (member) => labels[member]!)].map(([label, own]) => [label, own.length]));

  const shared = new Set(
    membersOf(starsOf(labels.length, pairs))
      .filter((members) => countOf(members).size > 1)
      .flat(),
  );
  const overlapping = new Set(
    [...countOf(shared)].filter(([label, count]) => count > most(sizes.get(label)!)).map(([label]) => label),
  );
  for (const label of overlapping)
    warnings.push(
      `${countOf(shared).get(label)} of the ${sizes.get(label)} photos of "${label}" look like photos of other classes; ` +
        "they are split as if they were different: look whether their labels are right",
    );
  const groups = starsOf(
    labels.length,
    pairs.filter(([a, b]) => labels[a] === labels[b] || !(overlapping.has(labels[a]!) || overlapping.has(labels[b]!))),
  );
  for (const members of membersOf(groups))
    for (const [label, count] of countOf(members)) {
      const all = sizes.get(label)!;
      if (count <= most(all)) continue;
      warnings.push(
        `${count} of the ${all} photos of "${label}" look like one picture; they are split as if they were ` +
          "different, and the figures may flatter: add photos that differ",
      );
      for (const member of members) groups[member] = member;
      break;
    }
  return { groups, warnings };
};

const membersOf = (groups: readonly number[]): number[][] =>
  [...group(groups.keys(), (index) => String(groups[index]))].map(([, own]) => own).filter((own) => own.length > 1);
