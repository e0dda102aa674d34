/** A training that runs elsewhere: photos from the bucket, the same `train` as on a laptop, the model into the store. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../shared/store/open.ts";
import type { Store } from "../../shared/store/store.ts";
import { byBackbone, type TrainingJob } from "../../shared/training-job.ts";
import { defaultBackbone } from "../backbone/catalogue.ts";
import { type Cache, createCache } from "../cache.ts";
import { tuningChoice } from "../finetune/choice.ts";
import { headChoice } from "../head/choice.ts";
import { outcomeOf } from "../sweep/trials.ts";
import { train } from "../train.ts";
import { extractShare, missingShards } from "./extract-share.ts";
import type { Log } from "./log.ts";
import { folderOf, shareIn } from "./photos.ts";
import type { TaskSettings } from "./settings.ts";
import { collectTrials, runMissing } from "./sweep.ts";
import { openTensorFlow } from "./tensorflow.ts";

export interface TaskOptions extends TaskSettings {
  log: Log;
  signal: AbortSignal;
}

/**
 * Nothing that the next attempt needs is left on this machine: it lies in the job's `work`.
 *
 * @throws Error as `train` does; the signal's reason when it is aborted, after what was computed is kept
 */
export const runTask = async ({ job, shard, log, signal }: TaskOptions): Promise<void> => {
  const { name, step, photos, work, shards } = job;
  const inArray = step === "features" || step === "trial";
  log.emit({ event: "started", name, step, ...(inArray && { shard }) });
  const cache = createCache(workStore(work, signal), log.progress.line);
  const home = await mkdtemp(join(tmpdir(), "whippet-task-"));
  const fetching = { photos, cache: home, progress: log.progress, signal };
  try {
    if (step === "trial") {
      const { sweep = [], device } = job.options;
      const tf = await openTensorFlow(device);
      const shared = { job, photos: await folderOf(fetching), cache, log, signal, tensorflow: async () => tf };
      await runMissing(byBackbone(sweep)[shard]!, shared);
    } else if (step === "features") {
      const share = await shareIn(fetching, shard, shards);
      await extractShare({ job, shard, photos: share, cache, log, signal });
    } else {
      // Before an hour of features: whether there is what trains the head
      const { device, fineTune } = job.options;
      const tf = await openTensorFlow(device, { blocks: fineTune !== undefined });
      if (step === "head") await noteMissing(job, cache, log);
      const folder = await folderOf(fetching);
      await trainOn(folder, { job, cache, log, signal, tensorflow: async () => tf });
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

/** Once it is to stop, nobody waits for what is read; what is computed is still written. */
const workStore = (url: string, signal: AbortSignal): Store => {
  const { get, list } = openStore(url, { signal });
  return { ...openStore(url), get, list };
};

const noteMissing = async (job: TrainingJob, cache: Cache, log: Log): Promise<void> => {
  const { shards } = job;
  const missing = await missingShards(cache, job);
  if (missing.length === 0) return;
  log.progress.line(
    `shard ${missing.join(", ")} of ${shards} (from 0) has not finished; the features it owes are computed here`,
  );
};

const trainOn = async (
  photos: string,
  { job, cache, log, signal, tensorflow }: Omit<TrainOptions, "photos">,
): Promise<void> => {
  const { name, options } = job;
  const {
    backbone = defaultBackbone,
    inputSize,
    validation,
    seed,
    views,
    publicPhotos,
    multiLabel,
    promote,
    force,
    device,
    fineTune,
    fineTuneEpochs,
    fineTuneRate,
    sweep,
    ...head
  } = options;
  const tuning = tuningChoice(options);
  const scored = sweep && (await collectTrials({ job, photos, cache, log, signal, tensorflow }));
  const { dataset, ...trained } = await train({
    photos,
    multiLabel,
    name,
    // without the signal: what is being published is published to its end
    store: openStore(job.store),
    backbone,
    ...(inputSize !== undefined && { ownBackbone: { size: inputSize } }),
    validation,
    seed,
    ...(views !== undefined && { views }),
    ...(publicPhotos !== undefined && { publicPhotos }),
    head: headChoice(head, seed),
    ...(scored && outcomeOf(scored, seed)),
    ...(tuning && { fineTune: tuning }),
    promote,
    force,
    cache,
    progress: log.progress,
    tensorflow,
    onEpoch: (row) => log.emit({ event: "epoch", ...row }),
    signal,
  });
  const { model, version, promoted, existed, seconds, metrics } = trained;
  const counts = { photos: dataset.photos.length, classes: dataset.labels.length };
  log.emit({ event: "done", model, version, promoted, existed, seconds, ...counts, metrics });
};

interface TrainOptions {
  job: TrainingJob;
  cache: Cache;
  log: Log;
  signal: AbortSignal;
  tensorflow: NonNullable<Parameters<typeof train>[0]["tensorflow"]>;
}
