/**
 * Reads a data set: lists its files, looks into every one of them, leaves out what cannot teach anything, and splits the
 * rest. Bad files are reported, never fatal; only what makes training pointless stops it.
 */
import type { Problem } from "../../shared/problem.ts";
import { byCodePoint, type Dataset, type Skipped } from "./dataset.ts";
import type { HashedFile } from "./duplicates.ts";
import { group } from "./group.ts";
import type { PhotoSource } from "./list-photos.ts";
import { hashSplit, split } from "./split.ts";
import { requireClasses, sensiblePhotos, surveyPhotos } from "./survey.ts";

export interface DatasetOptions {
  /**
   * Decodes every photo and says what is wrong with each, `undefined` for nothing; in the order given. Training passes the
   * extraction of features, which decodes them anyway and remembers those that it has decoded before.
   */
  inspect: (photos: readonly HashedFile[]) => Promise<readonly (Problem | undefined)[]>;
  /** Share of each class kept for judging; 0.2 by default. */
  validation?: number;
  seed?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

/** @throws Error naming what is wrong with the photos or their labels, its value and the fix */
export const readDataset = async (source: PhotoSource, options: DatasetOptions): Promise<Dataset> => {
  const { inspect, validation = 0.2, seed = 1, onProgress, signal } = options;
  const found = await surveyPhotos(source, { ...(onProgress && { onFile: onProgress }), signal });
  const problems = await inspect(found.photos);
  const damaged: Skipped[] = found.photos.flatMap(({ path }, index) =>
    problems[index] ? [{ path, reason: problems[index].message }] : [],
  );
  const skipped = [...found.skipped, ...damaged].sort((a, b) => byCodePoint(a.path, b.path));
  const kept = found.photos.filter((_, index) => problems[index] === undefined);
  requireClasses(found.listing, kept, skipped);

  kept.sort((a, b) => byCodePoint(a.label, b.label) || byCodePoint(a.sha256, b.sha256));
  const labels = [...new Set(kept.map(({ label }) => label))];
  const parts = split(kept, validation, seed);
  return {
    labels,
    photos: kept.map(({ path, sha256, label }, index) => ({
      path,
      sha256,
      label: labels.indexOf(label),
      part: parts[index]!,
    })),
    skipped,
    ignored: found.listing.ignored,
    warnings: [...found.warnings, ...fewPhotos(kept)],
    splitHash: hashSplit(kept.map(({ sha256, label }, index) => ({ sha256, label, part: parts[index]! }))),
  };
};

const fewPhotos = (kept: readonly HashedFile[]): string[] => {
  const few = [...group(kept, ({ label }) => label)].filter(([, photos]) => photos.length < sensiblePhotos);
  if (few.length === 0) return [];
  const named = few.map(([label, photos]) => `"${label}" ${photos.length}`).join(", ");
  return [`fewer than ${sensiblePhotos} photos of ${named}; more would help`];
};
