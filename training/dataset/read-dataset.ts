/**
 * Reads a data set: lists its files, looks into every one of them, leaves out what cannot teach anything, and splits the
 * rest. Bad files are reported, never fatal; only what makes training pointless stops it.
 */
import type { Problem } from "../../shared/problem.ts";
import { byCodePoint, type Dataset, type LabelledFile, type Listing, type Skipped } from "./dataset.ts";
import { dropDuplicates, type HashedFile } from "./duplicates.ts";
import { type Fingerprints, fingerprint } from "./fingerprint.ts";
import { listFolders } from "./folders.ts";
import { group } from "./group.ts";
import { fewestPhotos, hashSplit, split } from "./split.ts";

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

/** Share of a class that may be in formats we don't read before training stops: more, and the model would miss something. */
const bearableOtherFormats = 0.05;
/** Fewer photos of a class than this give a model that its owner will be disappointed by. */
const sensiblePhotos = 10;

/** @throws Error naming what is wrong with the folder, its value and the fix */
export const readDataset = async (folder: string, options: DatasetOptions): Promise<Dataset> => {
  const { inspect, validation = 0.2, seed = 1, onProgress, signal } = options;
  const listing = await listFolders(folder);
  const prints = await fingerprint(listing.files, { ...(onProgress && { onFile: onProgress }), signal });
  refuseOtherFormats(listing.files, prints);

  const unique = dropDuplicates(prints.readable);
  const problems = await inspect(unique.kept);
  const damaged: Skipped[] = unique.kept.flatMap(({ path }, index) =>
    problems[index] ? [{ path, reason: problems[index].message }] : [],
  );
  const skipped = [...listing.skipped, ...prints.skipped, ...unique.skipped, ...damaged].sort((a, b) =>
    byCodePoint(a.path, b.path),
  );
  const kept = unique.kept.filter((_, index) => problems[index] === undefined);
  requireClasses(listing, kept, skipped);

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
    ignored: listing.ignored,
    warnings: [...listing.warnings, ...unique.warnings, ...fewPhotos(kept)],
    splitHash: hashSplit(kept.map(({ sha256, label }, index) => ({ sha256, label, part: parts[index]! }))),
  };
};

const refuseOtherFormats = (files: readonly LabelledFile[], { otherFormats, skipped }: Fingerprints): void => {
  const all = group(files, ({ label }) => label);
  for (const [label, strange] of group(otherFormats, (file) => file.label)) {
    const total = all.get(label)!.length;
    if (strange.length <= total * bearableOtherFormats) continue;
    const first = strange[0]!.path;
    const reason = skipped.find(({ path }) => path === first)!.reason;
    throw new Error(
      `class "${label}": ${strange.length} of ${total} files are in a format that we don't read, such as ${first}: ` +
        `${reason}. Convert or remove them, so that the model does not learn from a biased rest`,
    );
  }
};

const requireClasses = (listing: Listing, kept: readonly HashedFile[], skipped: readonly Skipped[]): void => {
  const usable = group(kept, ({ label }) => label);
  for (const [label, files] of group(listing.files, (file) => file.label)) {
    const left = usable.get(label)?.length ?? 0;
    if (left >= fewestPhotos) continue;
    const own = new Set(files.map(({ path }) => path));
    const bad = skipped.filter(({ path }) => own.has(path));
    const because = bad[0]
      ? ` (${bad.length} of its ${files.length} files skipped; ${bad[0].path}: ${bad[0].reason})`
      : "";
    throw new Error(
      `class "${label}" has ${left} usable ${left === 1 ? "photo" : "photos"}${because}; ` +
        `it needs ${fewestPhotos} at least, and ${sensiblePhotos} or more to work well: add photos, or remove the class`,
    );
  }
};

const fewPhotos = (kept: readonly HashedFile[]): string[] => {
  const few = [...group(kept, ({ label }) => label)].filter(([, photos]) => photos.length < sensiblePhotos);
  if (few.length === 0) return [];
  const named = few.map(([label, photos]) => `"${label}" ${photos.length}`).join(", ");
  return [`fewer than ${sensiblePhotos} photos of ${named}; more would help`];
};
