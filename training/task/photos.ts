/** Where a job's photos lie once they are on this machine. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { walk } from "../dataset/walk.ts";
import type { Log } from "./log.ts";
import { shareOf } from "./share.ts";

export interface PhotosOptions {
  /** As the job names them: `s3://…` or `file:FOLDER`. */
  photos: string;
  /** An empty folder for what is fetched. */
  home: string;
  log: Log;
  signal: AbortSignal;
}

/** A folder with a folder of photos per class. */
export const folderOf = async ({ photos }: PhotosOptions): Promise<string> => localFolder(photos);

/** Paths of one shard's photos; of those in a bucket no others are fetched. */
export const shareIn = async ({
  photos,
  shard,
  shards,
}: PhotosOptions & { shard: number; shards: number }): Promise<string[]> => {
  const folder = localFolder(photos);
  const { files } = await walk(folder, new Set());
  return shareOf(files, (path) => relative(folder, path), shard, shards);
};

const localFolder = (url: string): string =>
  url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
