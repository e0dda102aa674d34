/** On real photos: what the defaults were chosen for. Short, because a sample of them will do. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBackbone } from "../../training/backbone/catalogue.ts";
import { createCache } from "../../training/cache.ts";
import type { Part } from "../../training/dataset/dataset.ts";
import { readDataset } from "../../training/dataset/read-dataset.ts";
import { buildFeatureModel } from "../../training/export/feature-model.ts";
import { extractFeatures } from "../../training/features/extract.ts";
import { gatherFeatures, rowsOf } from "../../training/features/gather.ts";
import { createPool } from "../../training/features/pool.ts";
import { trainLinearHead } from "../../training/head/linear.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { has, photosFolder } from "../require.ts";
import { createMemoryStore } from "../store/memory.ts";

describe.runIf(has("photos"))("the linear head on 200 photos of ten breeds", () => {
  it("names most of the 40 that it has not learned from, the same way each time", { timeout: 120_000 }, async () => {
    const { backbone, bytes } = await readBackbone("lite0");
    const model = await buildFeatureModel(bytes, backbone.cuts);
    const cache = createCache(createMemoryStore(), expect.unreachable);
    const { dataset: data } = await readDataset(
      { photos: join(photosFolder, "dogs-clean") },
      { inspect: async (photos) => photos.map(() => undefined) },
    );
    const pool = createPool();
    const { features } = await extractFeatures(data.photos, {
      pool,
      work: { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } },
      cache,
    });
    await pool.close();

    const rows = gatherFeatures(data.photos, features);
    const part = (wanted: Part) => rowsOf(rows, (photo) => data.photos[photo]!.part === wanted);
    const options = {
      tf: await loadTensorFlow(),
      training: part("training"),
      validation: part("validation"),
      classes: data.labels.length,
      groups: backbone.cuts.map(({ channels }) => channels),
    };
    const head = await trainLinearHead(options);
    expect(head.history.at(-1)!.validationAccuracy).toBeGreaterThanOrEqual(0.8);
    expect((await trainLinearHead(options)).weights).toEqual(head.weights);
  });
});
