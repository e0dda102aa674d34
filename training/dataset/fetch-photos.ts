/**
 * Photos in a bucket, brought to this machine and read like a folder. Each lies in the cache under its content, so that a
 * second training, or the next attempt of a stopped one, fetches only what is new.
 */
import { createHash } from "node:crypto";
import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { inParallel } from "../../shared/parallel.ts";
import { type Connection, type ConnectionOptions, connect } from "../../shared/store/s3/connection.ts";
import { parseS3Url } from "../../shared/store/s3/location.ts";
import { readObject } from "../../shared/store/s3/read.ts";
import type { Progress } from "../progress.ts";
import { type BucketPhoto, listBucketPhotos } from "./bucket-photos.ts";
import { isKept, keepFile } from "./kept-file.ts";
import { makePhotoFolder } from "./photo-folder.ts";

/** Requests at once: photos are small, so what counts is how many answers are awaited. */
const AT_ONCE = 16;

export interface FetchOptions extends ConnectionOptions {
  /** A folder of this machine; what is in it may be deleted whenever nothing runs. */
  cache: string;
  progress: Progress;
  /** Chooses the photos that are needed here; all of them by default. */
  choose?: (photos: readonly BucketPhoto[]) => readonly BucketPhoto[];
}

/** Whether `photos` names a bucket rather than a folder of this machine. */
export const isInBucket = (photos: string): boolean => photos.startsWith("s3:");

const sha256 = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

/** What a photo is called in the cache: by its content, or by what the bucket knows of it. */
const nameOf = ({ sha256: known, etag, bytes }: BucketPhoto): string => known ?? sha256(`${etag} ${bytes}`);

/** @throws Error when the object is gone, or not the one that was listed */
const fetchOne = async (connection: Connection, photo: BucketPhoto, file: string): Promise<void> => {
  const found = await readObject(connection, photo.key);
  const { bucket, url } = connection.location;
  const name = `photo ${photo.key} in the bucket ${bucket}`;
  if (found === undefined) throw new Error(`${url}: the ${name} is gone; upload it again, or leave it out`);
  if (photo.sha256 !== undefined && sha256(found.bytes) !== photo.sha256)
    throw new Error(`${url}: the ${name} is damaged: its sha256 is another; upload it again`);
  if (photo.etag !== undefined && found.etag !== photo.etag)
    throw new Error(`${url}: the ${name} was changed while it was fetched; run the same command again`);
  await keepFile(file, found.bytes);
};

/** @throws Error before anything is fetched, when the disk has no room for what is missing */
const checkRoom = async (
  url: string,
  folder: string,
  placed: readonly { photo: BucketPhoto; file: string }[],
): Promise<void> => {
  let missing = 0;
  const add = async ({ photo: { bytes }, file }: (typeof placed)[number]): Promise<void> => {
    if (!(await isKept(file, bytes))) missing += bytes;
  };
  await inParallel(placed, AT_ONCE, add);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (missing <= free) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Error(
    `${url}: the photos that are to be fetched take ${gigabytes(missing)}, and ${folder} has ${gigabytes(free)} free; make room ` +
      "there, take fewer, or spread them over machines (train --remote --shards N)",
  );
};

/**
 * @param url `s3://BUCKET/PREFIX/` with a folder per class, whose name is the label, verbatim; or
 * `s3://BUCKET/datasets/SHA256.json`, the listing of a training's photos
 * @returns a folder with a folder per class, to hand to `readDataset`; where photos may have several labels, with a table of them
 */
export const fetchPhotos = async (url: string, options: FetchOptions): Promise<string> => {
  const { cache, progress, choose = (all) => all, signal } = options;
  const connection = connect(parseS3Url(url), options);
  const photos = choose(await listBucketPhotos(connection));
  const kept = join(cache, "photos");
  await mkdir(kept, { recursive: true });
  const placed = photos.map((photo) => ({
    photo,
    file: join(kept, nameOf(photo)),
    label: photo.label,
    labels: photo.labels,
    path: photo.path,
  }));
  await checkRoom(url, kept, placed);
  const stage = progress.stage("fetch");
  let done = 0;
  let fetched = 0;
  const bring = async ({ photo, file }: (typeof placed)[number]): Promise<void> => {
    if (!(await isKept(file, photo.bytes))) {
      await fetchOne(connection, photo, file);
      fetched++;
    }
    stage.update(++done, placed.length);
  };
  await inParallel(placed, AT_ONCE, bring, signal);
  stage.end(`${placed.length} photos, ${placed.length - fetched} of them here already`);
  return makePhotoFolder(
    join(cache, "sets"),
    placed.map(({ file, label, labels, path }) => ({ file, label, labels, path })),
  );
};
