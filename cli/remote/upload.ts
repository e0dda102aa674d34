/**
 * Brings a training's photos into the photo bucket: each under the hash of its bytes, only those that are not there, many at
 * once. What an interrupted upload brought stays, so the next one brings the rest.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type DatasetListing, encodeListing, PHOTOS, photoKey } from "../../shared/dataset-listing.ts";
import { inParallel } from "../../shared/parallel.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Progress } from "../../training/progress.ts";

/** Enough to fill a line of 100 Mbit/s with photos of 100 kB; few enough that 20 MB photos fit into memory. */
const AT_ONCE = 16;

export interface PhotoToUpload {
  /** Where it lies on this machine. */
  file: string;
  /** How the listing names it. */
  listed: DatasetListing["photos"][number];
}

export interface Uploaded {
  /** The listing's key. */
  key: string;
  uploaded: number;
  /** Were in the bucket before. */
  present: number;
}

export interface UploadOptions {
  bucket: Store;
  progress: Progress;
  signal: AbortSignal;
  /** Whether a photo's label is a set of labels. */
  multiLabel?: boolean | undefined;
}

/** @throws Error naming the photo that changed since it was hashed, or what the bucket said */
export const uploadDataset = async (
  photos: readonly PhotoToUpload[],
  { bucket, progress, signal, multiLabel = false }: UploadOptions,
): Promise<Uploaded> => {
  const stage = progress.stage("upload");
  const there = new Map((await bucket.list(PHOTOS)).map(({ key, bytes }) => [key, bytes]));
  const distinct = new Map(photos.map((photo) => [photoKey(photo.listed), photo]));
  const missing = [...distinct].filter(([key, { listed }]) => there.get(key) !== listed.bytes);
  let done = 0;
  const upload = async ([key, photo]: [string, PhotoToUpload]): Promise<void> => {
    await bucket.put(key, await readUnchanged(photo));
    stage.update(++done, missing.length);
  };
  await inParallel(missing, AT_ONCE, upload, signal);
  // the listing last: whoever reads it finds every photo
  signal.throwIfAborted();
  const { key, bytes } = await encodeListing(
    photos.map(({ listed }) => listed),
    multiLabel,
  );
  await bucket.put(key, bytes, { contentType: "application/json" });
  const present = distinct.size - missing.length;
  stage.end(`${missing.length} photos uploaded${present > 0 ? `, ${present} were there` : ""}`);
  return { key, uploaded: missing.length, present };
};

const readUnchanged = async ({ file, listed }: PhotoToUpload): Promise<Uint8Array> => {
  const bytes = await readFile(file);
  if (createHash("sha256").update(bytes).digest("hex") !== listed.sha256)
    throw new Error(`${file} changed while it was uploaded; run the same command again`);
  return bytes;
};
