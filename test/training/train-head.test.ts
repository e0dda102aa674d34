import { describe, expect, it } from "vitest";
import { trainLinearHead } from "../../training/head/linear.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { moveHeldOut } from "../../training/held-out.ts";
import type { Progress } from "../../training/progress.ts";
import { trainHeads } from "../../training/train-head.ts";
import { blobs } from "../head/blobs.ts";

const silent: Progress = { line() {}, stage: () => ({ update() {}, end() {} }) };
const [classes, channels] = [3, 16];
const training = blobs(60, classes, channels, 1);
const validation = blobs(15, classes, channels, 2);
const all = {
  features: Float32Array.from([...training.features, ...validation.features]),
  labels: Int32Array.from([...training.labels, ...validation.labels]),
};

describe("trainHeads", () => {
  it("publishes a head of all photos, and judges by one that has not seen the validation photos", async () => {
    const options = { tf: await loadTensorFlow(), classes, groups: [channels] };
    const { published, heldOut } = await trainHeads({ ...options, parts: { training, validation }, progress: silent });
    expect(published.weights).toEqual((await trainLinearHead({ ...options, training: all })).weights);
    expect(heldOut.weights).toEqual((await trainLinearHead({ ...options, training })).weights);
    expect(heldOut.history.every(({ validationLoss }) => validationLoss! > 0)).toBe(true);
  });

  it("learns from further looks at a photo, but is never judged after one at the judging photos", async () => {
    const options = { tf: await loadTensorFlow(), classes, groups: [channels] };
    const looks = { training: blobs(60, classes, channels, 3), validation: blobs(15, classes, channels, 4) };
    const parts = { training, validation };
    const heads = await trainHeads({ ...options, parts, augmented: looks, progress: silent });
    const join = (...sets: (typeof training)[]) => ({
      features: Float32Array.from(sets.flatMap(({ features }) => [...features])),
      labels: Int32Array.from(sets.flatMap(({ labels }) => [...labels])),
    });
    const learned = join(training, looks.training);
    expect(heads.heldOut.weights).toEqual((await trainLinearHead({ ...options, training: learned })).weights);
    const everything = join(learned, validation, looks.validation);
    expect(heads.published.weights).toEqual((await trainLinearHead({ ...options, training: everything })).weights);
  });

  it("needs photos to judge by", async () => {
    const none = { features: new Float32Array(), labels: new Int32Array() };
    const options = { tf: await loadTensorFlow(), classes, groups: [channels], progress: silent };
    await expect(trainHeads({ ...options, parts: { training, validation: none } })).rejects.toThrow(/--validation/);
  });
});

describe("moveHeldOut", () => {
  it("moves held-out logits by what the form changes, and leaves a form alone where there are none", () => {
    const [float, form] = [Float32Array.of(4, 0), Float32Array.of(3.5, 0.25)];
    const moved = moveHeldOut([Float32Array.of(1, 1), undefined], [float, float], [form, form]);
    expect(moved).toEqual([Float32Array.of(0.5, 1.25), form]);
  });

  it("keeps a broken form broken", () => {
    const moved = moveHeldOut([Float32Array.of(1, 1)], [Float32Array.of(4, 0)], [Float32Array.of(Number.NaN, 0)]);
    expect(moved[0]![0]).toBeNaN();
  });
});
