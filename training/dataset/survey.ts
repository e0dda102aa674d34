/**
 * Photos before any of them is decoded: every file read once, what is no photo or the same photo twice left out, and what
 * makes training pointless refused.
 */
import type { LabelledFile, Listing, Skipped } from "./dataset.ts";
import { dropDuplicates, type HashedFile } from "./duplicates.ts";
import { type FingerprintOptions, type Fingerprints, fingerprint } from "./fingerprint.ts";
import { byLabel } from "./label-sets.ts";
import { listPhotos, type PhotoSource } from "./list-photos.ts";
import { fewestPhotos } from "./split.ts";

export interface Survey {
  listing: Listing;
  photos: HashedFile[];
  /** Files left out because another has the same bytes and label. */
  identical: number;
  skipped: Skipped[];
  warnings: string[];
}

/** Share of a class that may be in formats we don't read before training stops: more, and the model would miss something. */
const bearableOtherFormats = 0.05;
/** Fewer photos of a class than this give a model that its owner will be disappointed by. */
export const sensiblePhotos = 10;

/** @throws Error naming what is wrong with the photos or their labels, its value and the fix */
export const surveyPhotos = async (source: PhotoSource, options: FingerprintOptions = {}): Promise<Survey> => {
  const listing = await listPhotos(source);
  const prints = await fingerprint(listing.files, options);
  refuseOtherFormats(listing, prints);
  const unique = dropDuplicates(prints.readable);
  return {
    listing,
    photos: unique.kept,
    identical: unique.identical,
    skipped: [...listing.skipped, ...prints.skipped, ...unique.skipped],
    warnings: [...listing.warnings, ...unique.warnings],
  };
};

const refuseOtherFormats = (listing: Listing, { otherFormats, skipped }: Fingerprints): void => {
  const all = byLabel(listing.files, listing);
  for (const [label, strange] of byLabel(otherFormats, listing)) {
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

/** @throws Error naming the class that has too few photos, and why */
export const requireClasses = (listing: Listing, kept: readonly LabelledFile[], skipped: readonly Skipped[]): void => {
  const usable = byLabel(kept, listing);
  for (const [label, files] of byLabel(listing.files, listing)) {
    const left = usable.get(label)?.length ?? 0;
    if (listing.multiLabel && left > kept.length - fewestPhotos)
      throw new Error(
        `label "${label}" is on ${left} of ${kept.length} usable photos: without others it tells nothing apart; ` +
          `add ${fewestPhotos} photos or more that do not show it, with other labels or none, or remove the label`,
      );
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
