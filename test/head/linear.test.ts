import { beforeAll, describe, expect, it } from "vitest";
import { softmax } from "../../shared/classifier/scores.ts";
import { createCache } from "../../training/cache.ts";
import { type Epoch, type LinearHead, trainLinearHead } from "../../training/head/linear.ts";
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
const problem = () => ({ tf, training, validation, classes, channels, seed: 1 });

describe("trainLinearHead", () => {
  it("learns, and keeps the weights of the lowest validation loss", async () => {
    const rows: Epoch[] = [];
    const head = await trainLinearHead({ ...problem(), onEpoch: (row) => rows.push(row) });
    const lowest = rows.reduce((best, row) => (row.validationLoss < best.validationLoss ? row : best));
    expect(rows).toEqual(head.history);
    expect(head.bestEpoch).toBe(lowest.epoch);
    expect(lowest.validationAccuracy).toBeGreaterThan(0.9);

    const logits = headLogits(head, validation.features);
    let loss = 0;
    for (const [photo, label] of validation.labels.entries())
      loss -= Math.log(softmax(logits[photo]!, 1)[label]!) / validation.labels.length;
    expect(loss).toBeCloseTo(lowest.validationLoss, 4);
  });

  it("arrives where the gradient of the penalised loss is zero", async () => {
    const few = 8;
    const crowd = blobs(1000, classes, few, 4);
    const settings = { strength: 1, epochs: 400, patience: 400 };
    // Judged by what it learns from, so that the last epochs are the best
    const head = await trainLinearHead({ ...problem(), training: crowd, validation: crowd, channels: few, settings });
    const logits = headLogits(head, crowd.features);
    const gradient = head.weights.map((weight) => weight / (settings.strength * 1000));
    for (const [photo, label] of crowd.labels.entries())
      for (const [row, score] of softmax(logits[photo]!, 1).entries())
        for (let at = 0; at < few; at++)
          gradient[row * few + at]! += ((score - (row === label ? 1 : 0)) * crowd.features[photo * few + at]!) / 1000;
    // At the start it is 0.1
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(2e-3);
  });

  it("keeps weights the smaller, the stronger the penalty", async () => {
    const norms: number[] = [];
    for (const strength of [1, 0.01, 0.0001])
      norms.push(Math.hypot(...(await trainLinearHead({ ...problem(), settings: { strength } })).weights));
    expect(norms[1]).toBeLessThan(norms[0]! * 0.8);
    expect(norms[2]).toBeLessThan(norms[1]! * 0.2);
  });

  it("gives the same bytes again", async () => {
    const [one, two] = [await trainLinearHead(problem()), await trainLinearHead(problem())];
    expect(two.weights).toEqual(one.weights);
    expect(two.bias).toEqual(one.bias);
  });

  it("learns from more photos than fit a batch, shuffled by the seed", async () => {
    const many = { ...problem(), training: blobs(2500, classes, channels, 3, 0.5), settings: { epochs: 4 } };
    const head = await trainLinearHead(many);
    expect(head.history.at(-1)!.validationAccuracy).toBeGreaterThan(0.9);
    expect((await trainLinearHead(many)).weights).toEqual(head.weights);
    expect((await trainLinearHead({ ...many, seed: 2 })).weights).not.toEqual(head.weights);
  });

  it("stops once the validation loss rises for as long as its patience", async () => {
    const noise = { ...validation, labels: validation.labels.map((label) => (label + 1) % classes) };
    const head = await trainLinearHead({ ...problem(), validation: noise, settings: { patience: 5 } });
    expect(head.history).toHaveLength(head.bestEpoch + 5);
  });

  it.each([
    ["in one batch", training, 3],
    ["in several batches", blobs(2500, classes, channels, 3, 0.5), 1],
  ])("goes on where it was stopped, learning %s, and ends in the same bytes", async (_, training, stopAt) => {
    const settings = { epochs: 8 };
    const whole = await trainLinearHead({ ...problem(), training, settings });
    const kept = { ...problem(), training, settings, cache: createCache(createMemoryStore(), expect.unreachable) };
    for (const stop of [stopAt, stopAt + 2]) {
      const stopping = new AbortController();
      const onEpoch = ({ epoch }: Epoch) => epoch === stop && stopping.abort(new Error(`stopped after ${stop}`));
      const stopped = trainLinearHead({ ...kept, onEpoch, signal: stopping.signal });
      await expect(stopped).rejects.toThrow(`stopped after ${stop}`);
    }
    const before = tf.memory().numTensors;
    const trained: number[] = [];
    const resumed = await trainLinearHead({ ...kept, onEpoch: ({ epoch }) => trained.push(epoch) });
    expect(trained).toEqual([4, 5, 6, 7, 8].filter((epoch) => epoch > stopAt + 2));
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.bias).toEqual(whole.bias);
    const losses = ({ history }: LinearHead) => history.map(({ seconds, ...row }) => row);
    expect(losses(resumed)).toEqual(losses(whole));
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2);

    // what is done is not done again, and other settings are another training
    expect(await trainLinearHead({ ...kept, onEpoch: () => expect.unreachable() })).toEqual(resumed);
    expect((await trainLinearHead({ ...kept, settings: { epochs: 7 } })).history).toHaveLength(7);
  });

  it("leaves no tensors behind, also when it is stopped", async () => {
    await trainLinearHead(problem());
    const before = tf.memory().numTensors;
    await trainLinearHead(problem());
    const stop = new AbortController();
    const stopped = trainLinearHead({
      ...problem(),
      signal: stop.signal,
      onEpoch: () => stop.abort(new Error("Ctrl-C")),
    });
    await expect(stopped).rejects.toThrow("Ctrl-C");
    // TensorFlow.js' optimizer keeps its step, one number a training
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2);
  });

  it("refuses the plain cpu backend", async () => {
    const slow = { getBackend: () => "cpu" } as unknown as TensorFlow;
    await expect(trainLinearHead({ ...problem(), tf: slow })).rejects.toThrow(/plain "cpu" backend; choose wasm/);
  });

  it("refuses to learn from nothing", async () => {
    const none = { features: new Float32Array(0), labels: new Int32Array(0) };
    await expect(trainLinearHead({ ...problem(), validation: none })).rejects.toThrow(/not 200 and 0/);
  });
});
