import { afterAll, describe, expect, it } from "vitest";
import { createCache } from "../../training/cache.ts";
import type { FeatureRows } from "../../training/features/gather.ts";
import { createPool } from "../../training/features/pool.ts";
import { cutBackbone, widthOf } from "../../training/finetune/cut.ts";
import { openLooks } from "../../training/finetune/looks.ts";
import { numbersIn } from "../../training/finetune/network.ts";
import { refitted } from "../../training/finetune/refit.ts";
import type { KerasHead, LinearHead } from "../../training/head/head.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import type { HeadTrainer } from "../../training/head/trainer.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createMemoryStore } from "../store/memory.ts";
import { openSmall } from "./small.ts";

const { home, remove } = await temporaryFolder("refit");
const pool = createPool({ workers: 1 });
afterAll(async () => {
  await pool.close();
  await remove();
});
const { backbone, rows, classes, photos } = await openSmall(home, pool);
const tf = await loadTensorFlow();
const cut = await cutBackbone(backbone, 1);
const cache = createCache(createMemoryStore(), expect.unreachable);
const looks = openLooks({ pool, cache, photos, seed: 1, work: cut.work, width: widthOf(cut.parts) });
const refit = { tf, cut, looks, batchSize: 16, classes };
const learned = { photo: Int32Array.from([5, 0, 9]), labels: Int32Array.from([1, 0, 2]) };
const numbers = numbersIn(cut.suffix, cut.trainable);

describe("a head fitted once more to blocks that have learned", () => {
  const one: LinearHead = { kind: "linear", history: [], weights: Float32Array.of(1, 2), bias: Float32Array.of(8) };
  const other: LinearHead = { kind: "linear", history: [], weights: Float32Array.of(3, 6), bias: Float32Array.of(0) };

  it("learns from the features that the blocks give now, and answers with the mean of both", async () => {
    const asked: FeatureRows[] = [];
    const train: HeadTrainer = async ({ training }) => {
      asked.push(training);
      return other;
    };
    const before = tf.memory().numTensors;
    expect(await refitted(one, numbers, { ...refit, learned, train })).toEqual({
      ...one,
      weights: Float32Array.of(2, 4),
      bias: Float32Array.of(4),
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject(learned);
    // blocks that are as they were give what onnxruntime computes of the whole backbone
    const width = rows.features.length / photos.length;
    const frozen = [...learned.photo].flatMap((photo) => [
      ...rows.features.subarray(photo * width, (photo + 1) * width),
    ]);
    expect(asked[0]!.features).toHaveLength(frozen.length);
    for (const [at, value] of frozen.entries()) expect(asked[0]!.features[at]).toBeCloseTo(value, 3);
  });

  it("is left as it is where it has a hidden layer", async () => {
    const keras: KerasHead = { kind: "keras", hidden: one, output: other, history: [] };
    expect(
      await refitted(keras, numbers, { ...refit, learned, train: () => expect.unreachable("it was fitted") }),
    ).toBe(keras);
  });
});
