/**
 * The activation statistics of a float model over some of the photos it learned from, kept in the cache by what decides them,
 * so that a rerun need not run the model again.
 */
import { createHash } from "node:crypto";
import { PIXEL_PATH_VERSION } from "../shared/pixels/pixels.ts";
import { Problem } from "../shared/problem.ts";
import type { Backbone } from "./backbone/backbone.ts";
import type { Cache } from "./cache.ts";
import { calibrate } from "./export/calibrate.ts";
import { type ActivationStatistics, activationStatisticsSchema } from "./export/statistics.ts";
import type { Pool } from "./features/pool.ts";
import type { Progress } from "./progress.ts";
import { packageVersion } from "./provenance.ts";

/** More change agreement by less than chance does: with ten classes, 32 photos and 64 came to the same. */
const enough = 48;

/** Raised whenever the same activations give other statistics; cached ones of another method are not used. */
const METHOD = 2;

export interface CalibrationOptions {
  /** The float model, an ONNX file. */
  float: Uint8Array;
  /** The first of them are used, so let any first few hold as many of each class. */
  photos: readonly { path: string; sha256: string }[];
  /** How many. */
  count?: number;
  backbone: Pick<Backbone, "input">;
  pool: Pool;
  cache: Cache;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export const calibrationOf = async (options: CalibrationOptions): Promise<ActivationStatistics> => {
  const { float, count = enough, backbone, pool, cache, progress, signal } = options;
  const { input } = backbone;
  const photos = options.photos.slice(0, count);
  const runtime = packageVersion("onnxruntime-node");
  const hash = createHash("sha256")
    .update(JSON.stringify([METHOD, runtime, PIXEL_PATH_VERSION, input, photos.map(({ sha256 }) => sha256)]))
    .update(float)
    .digest("hex");
  const key = `calibration/${hash}`;
  const known = await cache.read(key);
  if (known) return activationStatisticsSchema.parse(JSON.parse(new TextDecoder().decode(known)));

  const stage = progress.stage("ranges");
  const work = pool.open({ input });
  const items = photos.map(({ path }) => ({ photo: path, views: [{}] }));
  const tensors = await pool.run(work, items, { signal }).finally(() => pool.free(work));
  const statistics = await calibrate({
    model: float,
    size: input.size,
    ...(signal && { signal }),
    photos: (function* () {
      for (const [done, outcome] of tensors.entries()) {
        if (outcome instanceof Problem) throw outcome;
        yield outcome[0]!;
        stage.update(done + 1, tensors.length);
      }
    })(),
  });
  await cache.write(key, new TextEncoder().encode(JSON.stringify(statistics)));
  stage.end(`activations of ${statistics.photos} photos`);
  return statistics;
};
