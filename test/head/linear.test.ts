import { beforeAll, describe, expect, it } from "vitest";
import { softmax } from "../../shared/classifier/scores.ts";
import type { Epoch } from "../../shared/training-facts.ts";
import { createCache } from "../../training/cache.ts";
import type { LinearHead } from "../../training/head/head.ts";
import { trainLinearHead } from "../../training/head/linear.ts";
import { headLogits } from "../../training/head/logits.ts";
import { loadTensorFlow, type TensorFlow } from "../../training/head/tensorflow.ts";
import { createMemoryStore } from "../store/memory.ts";
import { blobs } from "./blobs.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

const [classes, channels] = [4, 64];
const training = blobs(200, classes, channels, 1, 0.5);
const validation = blobs(80, classes, channels, 2, 0.5);
const problem = () => ({ tf, training, validation, classes, groups: [channels] });

describe("trainLinearHead", () => {
  it("learns, and says of each epoch what the head then was", async () => {
    const rows: Epoch[] = [];
    const head = await trainLinearHead({ ...problem(), onEpoch: (row) => void rows.push(row) });
    expect(rows).toEqual(head.history);
    const last = rows.at(-1)!;
    expect(last.validationAccuracy).toBeGreaterThan(0.9);
    for (const [{ features, labels }, loss] of [
      [training, last.loss],
      [validation, last.validationLoss],
    ] as const) {
      let sum = 0;
      const logits = headLogits(head, features);
      for (const [photo, label] of labels.entries()) sum -= Math.log(softmax(logits[photo]!, 1)[label]!);
      expect(sum / labels.length).toBeCloseTo(loss!, 4);
    }
  });

  it("arrives where the gradient of the penalised loss is zero", async () => {
    const few = 8;
    const crowd = blobs(1000, classes, few, 4);
    const strength = 1;
    const mean = Array.from({ length: few }, (_, at) => average(crowd.features.filter((_, i) => i % few === at)));
    const norm = Math.sqrt(average(crowd.features.map((value, i) => (value - mean[i % few]!) ** 2)) * few);
    const head = await trainLinearHead({
      ...problem(),
      training: crowd,
      validation: crowd,
      groups: [few],
      settings: { strength },
    });
    const logits = headLogits(head, crowd.features);
    // On features divided by their norm, weights are that much larger
    const gradient = head.weights.map((weight) => (weight * norm) / (strength * 1000));
    for (const [photo, label] of crowd.labels.entries())
      for (const [row, score] of softmax(logits[photo]!, 1).entries())
        for (let at = 0; at < few; at++) {
          const feature = (crowd.features[photo * few + at]! - mean[at]!) / norm;
          gradient[row * few + at]! += ((score - (row === label ? 1 : 0)) * feature) / 1000;
        }
    // At the start it is 0.02
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-4);
  });

  it("keeps weights the smaller, the stronger the penalty", async () => {
    const norms: number[] = [];
    for (const strength of [10, 0.1, 0.001])
      norms.push(Math.hypot(...(await trainLinearHead({ ...problem(), settings: { strength } })).weights));
    expect(norms[1]).toBeLessThan(norms[0]! * 0.8);
    expect(norms[2]).toBeLessThan(norms[1]! * 0.2);
  });

  it("learns the same whatever the scale of a feature map", async () => {
    const rescaled = (factor: number) => ({
      ...training,
      features: training.features.map((value, at) => (at % channels < 16 ? value * factor : value)),
    });
    const groups = [16, channels - 16];
    const plain = await trainLinearHead({ ...problem(), groups });
    const loud = await trainLinearHead({ ...problem(), training: rescaled(1000), groups });
    const [one, other] = [headLogits(plain, training.features), headLogits(loud, rescaled(1000).features)];
    const off = one.map((row, photo) =>
      Math.max(...row.map((logit, label) => Math.abs(logit - other[photo]![label]!))),
    );
    expect(Math.max(...off)).toBeLessThan(0.02);
  });

  it("gives the same bytes again", async () => {
    const [one, two] = [await trainLinearHead(problem()), await trainLinearHead(problem())];
    expect(two.weights).toEqual(one.weights);
    expect(two.bias).toEqual(one.bias);
  });

  it.each([1, 3])("goes on where it was stopped, in epoch %d and later, and ends in the same bytes", async (stopAt) => {
    // clouds that lie in one another take the most steps
    const [training, validation] = [blobs(400, classes, channels, 1, 2), blobs(80, classes, channels, 2, 2)];
    const hard = { ...problem(), training, validation };
    const settings = { epochs: 16, strength: 1e4 };
    const whole = await trainLinearHead({ ...hard, settings });
    expect(whole.history).toHaveLength(16);
    const kept = { ...hard, settings, cache: createCache(createMemoryStore(), expect.unreachable) };
    // The last stop lies beyond what L-BFGS remembers
    for (const stop of [stopAt, stopAt + 2, stopAt + 11]) {
      const stopping = new AbortController();
      const onEpoch = ({ epoch }: Epoch) => epoch === stop && stopping.abort(new Error(`stopped after ${stop}`));
      const stopped = trainLinearHead({ ...kept, onEpoch, signal: stopping.signal });
      await expect(stopped).rejects.toThrow(`stopped after ${stop}`);
    }
    const before = tf.memory().numTensors;
    const trained: number[] = [];
    const resumed = await trainLinearHead({ ...kept, onEpoch: ({ epoch }) => void trained.push(epoch) });
    expect(trained).toEqual(whole.history.map(({ epoch }) => epoch).filter((epoch) => epoch > stopAt + 11));
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.bias).toEqual(whole.bias);
    const losses = ({ history }: LinearHead) => history.map(({ seconds, ...row }) => row);
    expect(losses(resumed)).toEqual(losses(whole));
    expect(tf.memory().numTensors).toBe(before);

    // what is done is not done again, and other settings are another training
    expect(await trainLinearHead({ ...kept, onEpoch: () => expect.unreachable() })).toEqual(resumed);
    expect((await trainLinearHead({ ...kept, settings: { ...settings, epochs: 7 } })).history).toHaveLength(7);
  });

  it("stops after as many epochs as it is allowed", async () => {
    expect((await trainLinearHead({ ...problem(), settings: { epochs: 3 } })).history).toHaveLength(3);
  });

  it("leaves no tensors behind, also when it is stopped", async () => {
    const before = tf.memory().numTensors;
    await trainLinearHead(problem());
    const stop = new AbortController();
    const stopped = trainLinearHead({
      ...problem(),
      signal: stop.signal,
      onEpoch: () => stop.abort(new Error("Ctrl-C")),
    });
    await expect(stopped).rejects.toThrow("Ctrl-C");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses the plain cpu backend", async () => {
    const slow = { getBackend: () => "cpu" } as unknown as TensorFlow;
    await expect(trainLinearHead({ ...problem(), tf: slow })).rejects.toThrow(/plain "cpu" backend; choose wasm/);
  });

  it("refuses to learn from nothing, and from what is no number", async () => {
    const none = { features: new Float32Array(0), labels: new Int32Array(0) };
    await expect(trainLinearHead({ ...problem(), training: none })).rejects.toThrow(/needs photos to learn from/);
    const damaged = { ...training, features: training.features.map((value, at) => (at === 5 ? Number.NaN : value)) };
    await expect(trainLinearHead({ ...problem(), training: damaged })).rejects.toThrow(
      /features hold what is no number; .* clear/,
    );
  });
});

const average = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
