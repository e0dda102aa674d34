/** From what was seen of each file to the data set: which photos stay, which show the same picture, and who judges. */
import { Problem } from "../../shared/problem.ts";
import { named } from "../text.ts";
import { byCodePoint, type Dataset, type NearDuplicates, type Part, type Skipped } from "./dataset.ts";
import type { HashedFile } from "./duplicates.ts";
import { group } from "./group.ts";
import { byLabel, labelsIn } from "./label-sets.ts";
import type { Verdict } from "./read-dataset.ts";
import type { SamePictures } from "./same-pictures.ts";
import { hashSplit, split, splitByLabels } from "./split.ts";
import { requireClasses, type Survey, sensiblePhotos } from "./survey.ts";

/** Photos that are shown first, as the head of a table is. */
const HEAD = 5;

/**
 * @param verdicts of the survey's photos, in their order
 * @param validation share of each class kept for judging
 * @throws Error naming the class that has too few photos
 */
export const assemble = (
  survey: Survey,
  verdicts: readonly Verdict[],
  { groupOf, warnings }: SamePictures,
  validation: number,
  seed: number,
): Dataset => {
  const { listing, photos } = survey;
  const damaged: Skipped[] = [];
  const kept: HashedFile[] = [];
  for (const [index, photo] of photos.entries()) {
    const verdict = verdicts[index];
    if (verdict instanceof Problem) damaged.push({ path: photo.path, reason: verdict.message });
    else kept.push(photo);
  }
  const skipped = [...survey.skipped, ...damaged].sort((a, b) => byCodePoint(a.path, b.path));
  requireClasses(listing, kept, skipped);

  kept.sort((a, b) => byCodePoint(a.label, b.label) || byCodePoint(a.sha256, b.sha256));
  const given = [...new Set(kept.map(({ label }) => label))];
  const places = new Map(given.map((label, place) => [label, place]));
  const labels = [...byLabel(kept, listing).keys()].sort(byCodePoint);
  const sizes = new Map<number, number>();
  for (const { sha256 } of kept) {
    const id = groupOf.get(sha256);
    if (id !== undefined) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  }
  const rows = kept.map((photo): Row => {
    const id = groupOf.get(photo.sha256);
    return id !== undefined && sizes.get(id)! > 1 ? { ...photo, group: id } : photo;
  });
  const deal: Deal = (photos) =>
    listing.multiLabel
      ? splitByLabels(
          photos.map((photo) => ({ ...photo, labels: labelsIn(photo.label, listing) })),
          validation,
          seed,
        )
      : split(photos, validation, seed);
  const parts = deal(rows);
  const nearDuplicates = describeGroups(rows, deal);
  return {
    labels,
    ...(listing.multiLabel && {
      combinations: given.map((label) => labelsIn(label, listing).map((one) => labels.indexOf(one))),
    }),
    photos: rows.map((row, index) => ({ ...row, label: places.get(row.label)!, part: parts[index]! })),
    root: listing.root,
    head: listing.files.slice(0, HEAD),
    identical: survey.identical,
    nearDuplicates,
    skipped,
    ignored: listing.ignored,
    warnings: [
      ...survey.warnings,
      ...fewPhotos(byLabel(kept, listing)),
      ...warnings,
      ...(listing.multiLabel
        ? disagreements(nearDuplicates)
        : [...contradictions(nearDuplicates), ...unjudged(rows, parts)]),
    ],
    splitHash: hashSplit(rows.map(({ sha256, label }, index) => ({ sha256, label, part: parts[index]! }))),
  };
};

interface Row extends HashedFile {
  group?: number;
}

type Deal = (photos: readonly Pick<Row, "sha256" | "label" | "group">[]) => Part[];

const describeGroups = (rows: readonly Row[], deal: Deal): NearDuplicates[] => {
  const grouped = rows.filter(({ group }) => group !== undefined);
  if (grouped.length === 0) return [];
  const alone = deal(rows.map(({ sha256, label }) => ({ sha256, label })));
  const partOf = new Map(rows.map((row, index) => [row, alone[index]!]));
  return [...group(grouped, (row) => String(row.group)).values()].map((members) => ({
    paths: members.map(({ path }) => path).sort(byCodePoint),
    labels: [...new Set(members.map(({ label }) => label))].sort(byCodePoint),
    wouldLeak: new Set(members.map((row) => partOf.get(row))).size > 1,
  }));
};

const fewPhotos = (kept: ReadonlyMap<string, readonly HashedFile[]>): string[] => {
  const few = [...kept].filter(([, photos]) => photos.length < sensiblePhotos);
  if (few.length === 0) return [];
  const classes = named(
    few.map(([label, photos]) => `"${label}" ${photos.length}`),
    5,
  );
  return [`fewer than ${sensiblePhotos} photos of ${classes}; more would help`];
};

const contradictions = (groups: readonly NearDuplicates[]): string[] =>
  groups
    .filter(({ labels }) => labels.length > 1)
    .map(
      ({ paths, labels }) =>
        `the same picture is labelled "${labels.join('" and "')}" (${named(paths)}); ` +
        "it teaches both and judges neither: keep it under one label",
    );

const disagreements = (groups: readonly NearDuplicates[]): string[] =>
  groups
    .filter(({ labels }) => labels.length > 1)
    .map(
      ({ paths, labels }) =>
        `the same picture has the labels ${labels.map((label) => `"${label}"`).join(" and ")} (${named(paths)}); ` +
        "both are learned and judged by: write the same ones if nothing was cut away",
    );

/** Classes whose photos all show one picture, or pictures that other classes have too. */
const unjudged = (rows: readonly Row[], parts: readonly Part[]): string[] => {
  const labels = [...group(rows.entries(), ([, { label }]) => label)]
    .filter(([, members]) => members.every(([index]) => parts[index] === "training"))
    .map(([label]) => `"${label}"`);
  if (labels.length === 0) return [];
  return [`no photo is left to judge ${named(labels, 5)} by: all are near duplicates; add different photos`];
};
