import type { LayersModel, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildNetwork,
  drawKept,
  foldNetwork,
  initialNumbers,
  type Numbers,
} from "../../../training/head/keras/network.ts";
import { headLogits } from "../../../training/head/logits.ts";
import { loadTensorFlow, type TensorFlow } from "../../../training/head/tensorflow.ts";
import { drawFrom } from "../../../training/seeded.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

const shape = { channels: 6, units: 5, classes: 3 };
const [photos, side] = [8, 4];

/** Numbers that no layer leaves as they are. */
const someNumbers = (): Numbers => {
  const next = drawFrom(7);
  const numbers = initialNumbers(shape, 1);
  for (const values of Object.values(numbers)) for (const at of values.keys()) values[at]! += 0.5 * next();
  return numbers;
};

/** The article's head as Keras users write it, on a feature map. */
const asLayers = (numbers: Numbers): LayersModel => {
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.batchNormalization({ inputShape: [side, side, shape.channels], epsilon: 1e-3, momentum: 0.99 }),
      layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      layers.dense({ units: shape.units, activation: "relu" }),
      layers.batchNormalization({ epsilon: 1e-3, momentum: 0.99 }),
      layers.dense({ units: shape.classes }),
    ],
  });
  const vector = (name: keyof Numbers) => tf.tensor1d(numbers[name]);
  const matrix = (name: keyof Numbers, rows: number) => tf.tensor2d(numbers[name], [rows, numbers[name].length / rows]);
  model.setWeights([
    ...(["scale1", "shift1"] as const).map(vector),
    matrix("weights1", shape.channels),
    vector("bias1"),
    ...(["scale2", "shift2"] as const).map(vector),
    matrix("weights2", shape.units),
    vector("bias2"),
    // Keras lists what is not trained last
    ...(["mean1", "variance1", "mean2", "variance2"] as const).map(vector),
  ]);
  return model;
};

const maps = (): Tensor4D => {
  const next = drawFrom(3);
  return tf.tensor4d(
    Float32Array.from(
      { length: photos * side * side * shape.channels },
      (_, at) => next() * (1 + (at % shape.channels)),
    ),
    [photos, side, side, shape.channels],
  );
};
const moments = (map: Tensor4D): Tensor2D => tf.concat([map.mean([1, 2]), map.square().mean([1, 2])], 1) as Tensor2D;

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 4) => {
  expect(actual.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) expect(actual[at]).toBeCloseTo(expected[at]!, digits);
};

describe("the article's head on means and mean squares", () => {
  it("answers as Keras' layers do on the feature map", () => {
    const numbers = someNumbers();
    const network = buildNetwork(tf, shape, numbers);
    const map = maps();
    const expected = asLayers(numbers).predict(map) as Tensor2D;
    close(network.answer(moments(map)).dataSync(), expected.dataSync());
  });

  it("learns as they do: by the batch's own statistics over photos and places, which move the averages", () => {
    const numbers = someNumbers();
    const network = buildNetwork(tf, shape, numbers);
    const model = asLayers(numbers);
    const map = maps();
    const expected = model.apply(map, { training: true }) as Tensor2D;
    const kept = tf.ones<import("@tensorflow/tfjs").Rank.R2>([photos, shape.units]);
    close(network.learn(moments(map), kept).dataSync(), expected.dataSync());
    const averages = model.getWeights().slice(-4);
    for (const [at, name] of (["mean1", "variance1", "mean2", "variance2"] as const).entries()) {
      const moved = network.variables[name].dataSync();
      expect(moved).not.toEqual(numbers[name]);
      close(moved, averages[at]!.dataSync(), 3);
    }
  });

  it("says the same folded into two layers", () => {
    const numbers = someNumbers();
    const network = buildNetwork(tf, shape, numbers);
    const x = moments(maps());
    const head = { kind: "keras", ...foldNetwork(numbers, shape), history: [] } as const;
    const logits = headLogits(head, x.dataSync() as Float32Array);
    close(
      logits.flatMap((row) => [...row]),
      network.answer(x).dataSync(),
    );
  });

  it("keeps the mean of what dropout lets through", () => {
    const kept = Float32Array.from(drawKept(tf, 200, 50, 0.4, drawFrom(5)).dataSync());
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.6)]));
    expect(kept.reduce((sum, value) => sum + value, 0) / kept.length).toBeCloseTo(1, 1);
  });
});
