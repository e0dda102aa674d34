/** A data set as people see it before anything is learned from it (`train --check`, and the first screen of `train`). */
import { basename, extname, relative } from "node:path";
import type { InputSpec } from "../shared/pixels/pixels.ts";
import { type Dataset, labelsOfPhoto, type NearDuplicates } from "../training/dataset/dataset.ts";
import type { Judges } from "../training/judging/judges.ts";
import { COLUMNS, shorten } from "../training/text.ts";
import type { Context } from "./context.ts";
import { count, spelled, table } from "./terminal.ts";

interface ClassSize {
  label: string;
  photos: number;
}

const sizesOf = (dataset: Dataset): ClassSize[] => {
  const sizes = dataset.labels.map((label) => ({ label, photos: 0 }));
  for (const photo of dataset.photos) for (const label of labelsOfPhoto(photo, dataset)) sizes[label]!.photos++;
  return sizes.sort((a, b) => a.photos - b.photos);
};

/** One row as the article's `labels.head()` shows it: the photo's id, its file, what it is. */
const headOf = ({ head, root }: Dataset) =>
  head.map(({ path, label }) => ({ id: basename(path, extname(path)), file: relative(root, path), label }));

/** Of a multi-label data set: how many labels a photo has. */
const severalOf = (dataset: Dataset) => {
  const counts = dataset.photos.map((photo) => labelsOfPhoto(photo, dataset).length);
  const sum = counts.reduce((total, labels) => total + labels, 0);
  return { mean: sum / counts.length, most: Math.max(...counts), bare: counts.filter((labels) => labels === 0).length };
};

const sidesOf = ({ photos }: Dataset) => {
  const validation = photos.filter(({ part }) => part === "validation").length;
  return { training: photos.length - validation, validation };
};

/** Of a model's input: photos, channels, height, width. Features are computed a photo at a time. */
const batchOf = ({ size }: InputSpec): number[] => [1, 3, size, size];

/** @param judges who will answer the photos of the figures */
export const dataSetAsJson = (dataset: Dataset, input: InputSpec, judges: Judges) => {
  const { root, photos, labels, combinations, skipped, ignored, warnings, identical, nearDuplicates } = dataset;
  const sizes = sizesOf(dataset);
  return {
    root,
    head: headOf(dataset),
    photos: photos.length,
    classes: labels.length,
    ...(combinations && { multiLabel: severalOf(dataset) }),
    smallest: sizes[0]!,
    largest: sizes.at(-1)!,
    ...sidesOf(dataset),
    judged: { method: judges.method, heads: judges.heads },
    batch: batchOf(input),
    identical,
    nearDuplicates,
    skipped,
    ignored,
    warnings,
  };
};

/** Columns of the narrowest terminal in use, and what a name may take of them. */
const NARROW = { id: 18, path: 34, label: 22 };
/** Groups of near duplicates that are named one by one. */
const LISTED = 5;

export const printDataSet = ({ terminal }: Context, dataset: Dataset, input: InputSpec, judges: Judges): void => {
  const { identical, nearDuplicates } = dataset;
  const rows = headOf(dataset).map(({ id, file, label }) => [
    shorten(id, NARROW.id),
    shorten(file, NARROW.path),
    label === "" ? "(none)" : shorten(label, NARROW.label),
  ]);
  terminal.line();
  terminal.line(table(["id", "file", dataset.combinations ? "labels" : "label"], rows));
  terminal.line();
  terminal.line(photosLine(dataset, judges));
  terminal.line(classesLine(dataset));
  if (dataset.combinations) terminal.line(severalLine(dataset));
  terminal.line(`batch      ${batchOf(input).join(" x ")} (photos, RGB, height, width)`);
  terminal.line(`identical  ${identical === 0 ? "none" : `${count(identical)} left out`}`);
  terminal.line(skippedLine(dataset));
  for (const line of nearLines(nearDuplicates, dataset.root)) terminal.line(line);
  terminal.line();
};

/** Where all photos judge, no part of them is kept from learning. */
const photosLine = (dataset: Dataset, { method, heads }: Judges): string => {
  const photos = count(dataset.photos.length);
  if (method === "out-of-fold") return `photos     ${photos}, each judged by one of ${spelled(heads)} heads`;
  const { training, validation } = sidesOf(dataset);
  return `photos     ${photos}: ${count(training)} to learn from, ${count(validation)} to judge by`;
};

const classesLine = (dataset: Dataset): string => {
  const sizes = sizesOf(dataset);
  const line = (nameOf: (label: string) => string): string => {
    const [smallest, largest] = [sizes[0]!, sizes.at(-1)!].map(
      ({ label, photos }) => `${nameOf(label)} ${count(photos)}`,
    );
    return `${dataset.combinations ? "labels " : "classes"}    ${count(sizes.length)}: smallest ${smallest}, largest ${largest}`;
  };
  const room = Math.floor((COLUMNS - line(() => "").length) / 2);
  return line((label) => shorten(label, room));
};

const severalLine = (dataset: Dataset): string => {
  const { mean, most, bare } = severalOf(dataset);
  return `a photo    ${mean.toFixed(1)} labels on average, ${most} at most; ${bare === 0 ? "each has one" : `${count(bare)} without any`}`;
};

const skippedLine = ({ skipped, identical }: Dataset): string => {
  const others = skipped.length - identical;
  return `skipped    ${others === 0 ? "none" : `${count(others)} file${others === 1 ? "" : "s"} that cannot be used, named above`}`;
};

const nearLines = (groups: readonly NearDuplicates[], root: string): string[] => {
  if (groups.length === 0) return ["alike      none"];
  const photos = groups.reduce((sum, { paths }) => sum + paths.length, 0);
  const leaks = groups.filter(({ wouldLeak }) => wouldLeak).length;
  const name = (path: string): string => shorten(relative(root, path), NARROW.path - 4);
  return [
    `alike      ${count(photos)} photos of ${pictures(groups.length)}, each kept on one side of the split`,
    ...(leaks > 0 ? [`           (${pictures(leaks)} would have been on both sides)`] : []),
    ...groups.slice(0, LISTED).map(({ paths: [first, second, ...others] }) => {
      const more = others.length > 0 ? ` and ${others.length} more` : "";
      return `  ${name(first!)} = ${name(second!)}${more}`;
    }),
    ...(groups.length > LISTED ? [`  … and ${pictures(groups.length - LISTED)} more (all of them with --json)`] : []),
  ];
};

const pictures = (number: number): string => `${count(number)} picture${number === 1 ? "" : "s"}`;
