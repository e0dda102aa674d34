/**
 * Seconds of training's first stages, cold and warm: `node bench/training.ts <photos>`, a folder per class. The cache lies
 * in a folder of its own, so that cold is cold.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../shared/problem.ts";
import { createFileStore } from "../shared/store/file.ts";
import { defaultBackbone, readBackbone } from "../training/backbone/catalogue.ts";
import { type Cache, createCache } from "../training/cache.ts";
import { readDataset } from "../training/dataset/read-dataset.ts";
import { buildFeatureModel } from "../training/export/feature-model.ts";
import { extractFeatures } from "../training/features/extract.ts";
import { gatherFeatures, rowsOf } from "../training/features/gather.ts";
import { createPool } from "../training/features/pool.ts";
import { trainLinearHead } from "../training/head/linear.ts";
import { loadTensorFlow } from "../training/head/tensorflow.ts";

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write("usage: node bench/training.ts <photos>, a folder per class\n");
  process.exit(2);
}

const bench = async (cache: Cache): Promise<Record<string, string>> => {
  const seconds: Record<string, string> = {};
  let last = performance.now();
  const lap = (stage: string): void => {
    const now = performance.now();
    seconds[stage] = ((now - last) / 1000).toFixed(2);
    last = now;
  };

  const { backbone, bytes } = await readBackbone(defaultBackbone);
  const model = await buildFeatureModel(bytes, backbone.cuts);
  lap("backbone");
  const pool = createPool();
  try {
    const work = { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } } as const;
    const { dataset: data } = await readDataset(
      { photos: folder },
      {
        async inspect(photos) {
          lap("looking");
          const { features } = await extractFeatures(photos, { pool, work, cache });
          lap("features");
          return features.map((outcome) => (outcome instanceof Problem ? outcome : undefined));
        },
      },
    );
    const { features } = await extractFeatures(data.photos, { pool, work, cache });
    lap("split");
    const tf = await loadTensorFlow();
    lap("tensorflow");
    const rows = gatherFeatures(data.photos, features);
    const { history } = await trainLinearHead({
      tf,
      training: rowsOf(rows, (photo) => data.photos[photo]!.part === "training"),
      validation: rowsOf(rows, (photo) => data.photos[photo]!.part === "validation"),
      classes: data.labels.length,
      groups: backbone.cuts.map(({ channels }) => channels),
    });
    lap("head");
    seconds.accuracy = history.at(-1)!.validationAccuracy!.toFixed(3);
  } finally {
    await pool.close();
  }
  return seconds;
};

const home = await mkdtemp(join(tmpdir(), "whippet-bench-"));
const cache = createCache(createFileStore(home), console.warn);
try {
  console.table({ cold: await bench(cache), warm: await bench(cache) });
} finally {
  await rm(home, { recursive: true });
}
