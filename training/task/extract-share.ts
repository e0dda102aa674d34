/** Step `features`: one shard's share of the photos, their prints and what the backbone makes of them, into the training's work. */
import { Problem } from "../../shared/problem.ts";
import type { TrainingJob } from "../../shared/training-job.ts";
import { looksAt } from "../augment/augmentation.ts";
import { defaultBackbone } from "../backbone/catalogue.ts";
import { openBackbone } from "../backbone/open.ts";
import type { Cache } from "../cache.ts";
import { fingerprint } from "../dataset/fingerprint.ts";
import { extractPrints } from "../dataset/prints.ts";
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
  const { backbone = defaultBackbone, inputSize, head, views = 1, seed } = job.options;
  const own = inputSize === undefined ? {} : { size: inputSize };
  const { work } = await featureWorkOf(await openBackbone(backbone, own, { progress: log.progress, signal }), head);
  const { readable, skipped } = await fingerprint(
    photos.map((path) => ({ path, label: "" })),
    { signal },
  );
  const pool = createPool();
  try {
    const options = { pool, cache, signal };
    // by which the head's step tells near duplicates apart, without decoding each photo again
    const checking = log.progress.stage("check");
    await extractPrints(readable, { ...options, onProgress: ({ done, total }) => checking.update(done, total) });
    checking.end(`${readable.length} photos`);
    const stage = log.progress.stage("features");
    const { features, cached } = await extractFeatures(looksAt(readable, views, seed), {
      ...options,
      work,
      onProgress: ({ done, total }) => stage.update(done, total),
    });
    const problems = features.slice(0, readable.length).filter((one) => one instanceof Problem).length;
    const count = { photos: photos.length, cached, skipped: skipped.length + problems };
    await markDone(cache, job, shard);
    stage.end(`${count.photos} photos, ${cached} from the cache, ${count.skipped} skipped`);
    log.emit({ event: "extracted", shard, ...count });
  } finally {
    await pool.close();
  }
};

/** Trainings of the same photos share their work, but each has its own shards. */
const marksOf = ({ id }: TrainingJob): string => `shards/${id}/`;

const markDone = (cache: Cache, job: TrainingJob, shard: number): Promise<void> =>
  cache.write(`${marksOf(job)}${shard}`, new TextEncoder().encode(new Date().toISOString()));

/** Shards whose share is not there, although the head's step has begun. */
export const missingShards = async (cache: Cache, job: TrainingJob): Promise<number[]> => {
  const done = new Set(await cache.list(marksOf(job)));
  return [...Array(job.shards).keys()].filter((shard) => !done.has(`${marksOf(job)}${shard}`));
};
