/** A small residual network with random weights and drawn photos: enough for blocks to be trained in seconds. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../../shared/store/store.ts";
import { readOnnxFile } from "../../training/backbone/onnx-file.ts";
import { createCache } from "../../training/cache.ts";
import { fingerprint } from "../../training/dataset/fingerprint.ts";
import { listPhotos } from "../../training/dataset/list-photos.ts";
import { extractFeatures } from "../../training/features/extract.ts";
import { gatherFeatures } from "../../training/features/gather.ts";
import type { Pool } from "../../training/features/pool.ts";
import { featureWorkOf } from "../../training/features/work.ts";
import { openLearner } from "../../training/finetune/learner.ts";
import { type TuningSettings, tuningDefaults } from "../../training/finetune/settings.ts";
import type { TensorFlow } from "../../training/head/tensorflow.ts";
import type { HeadChoice } from "../../training/head/trainer.ts";
import { drawFolder } from "../drawing.ts";
import { networks } from "../onnx/networks.ts";

/** Draws into `home`; 3 classes of 14 photos. */
export const openSmall = async (home: string, pool: Pool, kind: HeadChoice["kind"] = "linear") => {
  const file = join(home, "network.onnx");
  await writeFile(file, networks.ResNet!());
  await drawFolder(join(home, "photos"), 3, 14);
  const colours = { mean: [127, 127, 127], std: [128, 128, 128] } as const;
  const backbone = await featureWorkOf(await readOnnxFile(file, colours, () => {}), kind);
  const { readable } = await fingerprint((await listPhotos({ photos: join(home, "photos") })).files, {});
  const labels = [...new Set(readable.map(({ label }) => label))].sort();
  const photos = readable.map((photo) => ({ ...photo, label: labels.indexOf(photo.label) }));
  const features = await extractFeatures(photos, { pool, work: backbone.work, cache: cacheIn(new Map()) });
  const rows = gatherFeatures(photos, features.features);
  const learner = (
    tf: TensorFlow,
    store: Store | undefined,
    more: Partial<TuningSettings> & { signal?: AbortSignal } = {},
  ) => {
    const { signal, ...settings } = more;
    return openLearner({
      head: kind === "keras" ? { kind, epochs: 10, units: 16 } : { kind },
      fineTune: { ...tuningDefaults, blocks: 1, batchSize: 16, epochs: 2, ...settings },
      tf,
      ...{ backbone, photos, pool, signal, seed: 1 },
      cache: store ? createCache(store, () => {}) : cacheIn(new Map()),
    });
  };
  return { backbone, photos, rows, classes: labels.length, learner };
};

const cacheIn = (entries: Map<string, Uint8Array>) => ({
  list: async (prefix: string) => [...entries.keys()].filter((key) => key.startsWith(prefix)).sort(),
  read: async (key: string) => entries.get(key),
  write: async (key: string, content: Uint8Array) => void entries.set(key, content.slice()),
});
