/**
 * Photos that may show several things, or none of them. Such a photo's label is the whole set, written as one string, so that
 * whatever compares photos (duplicates, splits) need not know; its parts are the data set's labels.
 */
import { byCodePoint, type Listing } from "./dataset.ts";

/** Between the labels of one photo. */
export const SEPARATOR = "|";

/** The labels that a photo's label consists of. */
export const labelsIn = (label: string, { multiLabel }: Pick<Listing, "multiLabel">): readonly string[] => {
  if (!multiLabel) return [label];
  return label === "" ? [] : label.split(SEPARATOR);
};

/** Files by each of their labels, in order of first appearance. */
export const byLabel = <File extends { label: string }>(
  files: readonly File[],
  listing: Pick<Listing, "multiLabel">,
): Map<string, File[]> => {
  const found = new Map<string, File[]>();
  for (const file of files)
    for (const label of labelsIn(file.label, listing)) {
      const members = found.get(label);
      if (members) members.push(file);
      else found.set(label, [file]);
    }
  return found;
};

/** One string for a set, whatever order its labels are in. */
export const labelOf = (labels: readonly string[]): string => [...labels].sort(byCodePoint).join(SEPARATOR);
