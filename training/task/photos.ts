/** A job's photos, brought to this machine. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchPhotos, isInBucket } from "../dataset/fetch-photos.ts";
import { OWN_LABELS } from "../dataset/list-photos.ts";
import { walk } from "../dataset/walk.ts";
import type { Progress } from "../progress.ts";
import { shareOf } from "./share.ts";

export interface PhotosOptions {
  /** As the job names them: `s3://…` or `file:FOLDER`. */
  photos: string;
  /** A folder for what is fetched. */
  cache: string;
  progress: Progress;
  signal: AbortSignal;
}

/** A folder with a folder of photos per class, or with a table of their labels. */
export const folderOf = async ({ photos, ...options }: PhotosOptions): Promise<string> =>
  isInBucket(photos) ? fetchPhotos(photos, options) : localFolder(photos);

/** Paths of one shard's photos; of those in a bucket no others are fetched. */
export const shareIn = async (
  { photos, ...options }: PhotosOptions,
  shard: number,
  shards: number,
): Promise<string[]> => {
  if (isInBucket(photos)) {
    const folder = await fetchPhotos(photos, {
      ...options,
      choose: (all) => shareOf(all, ({ label = "", path }) => `${label}/${path}`, shard, shards),
    });
    return photosIn(folder);
  }
  const folder = localFolder(photos);
  return shareOf(await photosIn(folder), (path) => relative(folder, path), shard, shards);
};

/** All files but the table of labels. */
const photosIn = async (folder: string): Promise<string[]> => {
  const table = join(folder, OWN_LABELS);
  return (await walk(folder, new Set())).files.filter((path) => path !== table);
};

const localFolder = (url: string): string =>
  url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
