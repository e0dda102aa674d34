/** Step `features`: one shard's share of the photos, through the backbone, into the training's work. */

import { Problem } from "../../shared/problem.ts";
import type { TrainingJob } from "../../shared/training-job.ts";
import { defaultBackbone, readBackbone } from "../backbone/catalogue.ts";
import type { Cache } from "../cache.ts";
import { fingerprint } from "../dataset/fingerprint.ts";
import { extractFeatures } from "../features/extract.ts";
import { createPool } from "../features/pool.ts";
import { featureWorkOf } from "../features/work.ts";
import type { Log } from "./log.ts";

export interface ShareOptions {
  job: TrainingJob;
  shard: number;
  /** The share's photos, as paths on this machine. */
  photos: readonly string[];
  cache: Cache;
  log: Log;
  signal: AbortSignal;
}

/** Photos that are no good are left to the head's step, which names them. */
export const extractShare = async ({ job, shard, photos, cache, log, signal }: ShareOptions): Promise<void> => {
  const { work } = await featureWorkOf(await readBackbone(job.options.backbone ?? defaultBackbone));
  const { readable, skipped } = await fingerprint(
    photos.map((path) => ({ path, label: "" })),
    { signal },
  );
  const stage = log.progress.stage("features");
  const pool = createPool();
  try {
    const onProgress = ({ done, total }: { done: number; total: number }) => stage.update(done, total);
    const { features, cached } = await extractFeatures(readable, { pool, work, cache, onProgress, signal });
    const problems = features.filter((one) => one instanceof Problem).length;
    const count = { photos: photos.length, cached, skipped: skipped.length + problems };
    await markDone(cache, job.shards, shard);
    stage.end(`${count.photos} photos, ${cached} from the cache, ${count.skipped} skipped`);
    log.emit({ event: "extracted", shard, ...count });
  } finally {
    await pool.close();
  }
};

const markOf = (shards: number, shard: number): string => `shards/${shards}/${shard}`;

const markDone = (cache: Cache, shards: number, shard: number): Promise<void> =>
  cache.write(markOf(shards, shard), new TextEncoder().encode(new Date().toISOString()));

/** Shards whose share is not there, although the head's step has begun. */
export const missingShards = async (cache: Cache, shards: number): Promise<number[]> => {
  const done = new Set(await cache.list(`shards/${shards}/`));
  return [...Array(shards).keys()].filter((shard) => !done.has(markOf(shards, shard)));
};
