/** What training reads from a folder of photos: which photos, which labels, which part each photo plays, what was left out. */

/** Photos that the head learns from, and photos that only judge it. */
export type Part = "training" | "validation";

export interface Photo {
  path: string;
  /** Index into the data set's labels; where photos may have several, into its combinations of them. */
  label: number;
  /** Of the file's bytes; what a photo is called everywhere else. */
  sha256: string;
  part: Part;
  /** Photos that show the same picture share it, and `part`; a photo that is alone has none. */
  group?: number;
}

/** Photos that show the same picture though their bytes differ. */
export interface NearDuplicates {
  /** Sorted. */
  paths: string[];
  /** More than one: then the labels contradict each other. */
  labels: string[];
  /** Had the photos been split one by one, some would have judged what was learned from others. */
  wouldLeak: boolean;
}

export interface Skipped {
  path: string;
  /** What is wrong, and how to put it right. */
  reason: string;
}

export interface Dataset {
  /** Verbatim, sorted by code point. */
  labels: string[];
  /**
   * Of a multi-label data set: the combinations of labels that its photos have, one of them perhaps empty.
   */
  combinations?: Combinations;
  /** Sorted by label and sha256, so that neither file names nor the file system's order decide anything. */
  photos: Photo[];
  /** The folder that paths are told below. */
  root: string;
  /** The first photos as their source lists them. */
  head: LabelledFile[];
  /** Files left out because another has the same bytes and label. */
  identical: number;
  nearDuplicates: NearDuplicates[];
  skipped: Skipped[];
  /** Hidden files (.DS_Store, Thumbs.db …), which nobody wants to hear of one by one. */
  ignored: number;
  warnings: string[];
  /** sha256 over the sorted (photo sha256, label, part) rows. */
  splitHash: string;
}

/** Sets of labels, each the indices of its labels, ascending. */
export type Combinations = readonly (readonly number[])[];

/** A photo of which only its place and its label are known yet: what every source of photos, a folder or a CSV, yields. */
export interface LabelledFile {
  path: string;
  /** Of a multi-label source all of them in one, as label-sets.ts writes them. */
  label: string;
}

/** What a source of photos found, before any of them was read. */
export interface Listing {
  /** The folder that paths are told below. */
  root: string;
  files: LabelledFile[];
  /** Whether a photo may have several labels, or none. */
  multiLabel?: boolean;
  skipped: Skipped[];
  ignored: number;
  warnings: string[];
}

/** Indices of a photo's labels. */
export const labelsOfPhoto = (
  { label }: Pick<Photo, "label">,
  { combinations }: Pick<Dataset, "combinations">,
): readonly number[] => (combinations ? combinations[label]! : [label]);

/** Orders strings by Unicode code point (JavaScript's own order is by UTF-16 unit). */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
