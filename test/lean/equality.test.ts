/** Whole models on the lean engine, beside onnxruntime-node running the ONNX file that the plan was compiled from. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Output, Precision } from "../../shared/engine/engine.ts";
import { createLeanNodeEngine } from "../../shared/engine/lean/lean-node.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { catalogue, readBackbone } from "../../training/backbone/catalogue.ts";
import { buildFloatModel, type LinearHead } from "../../training/export/float-model.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import { random } from "../drawing.ts";
import { cuts, smallBackbone, smallInput, tensorsOf } from "../export/models.ts";
import { int8Form, wave } from "../export/plan/forms.ts";
import { networkSize, networks } from "../onnx/networks.ts";
import { has, photosFolder } from "../require.ts";

/** Both engines' answers for each photo. */
const answers = async (
  form: Uint8Array,
  size: number,
  photos: readonly Float32Array[],
  precision: Precision = "int8",
): Promise<{ native: Output; lean: Output }[]> => {
  const native = await (await createNativeEngine()).load({ bytes: form, precision, size });
  const plan = await compilePlan(form);
  const lean = await (await createLeanNodeEngine()).load({ bytes: plan, precision, size });
  const pairs: { native: Output; lean: Output }[] = [];
  for (const photo of photos)
    pairs.push({ native: await native.run(photo, { heatmap: true }), lean: await lean.run(photo, { heatmap: true }) });
  await native.dispose();
  await lean.dispose();
  return pairs;
};

/** The heat map's steps and the fully connected layer's are the last integers; after them come means in float32. */
const expectEqual = ({ native, lean }: { native: Output; lean: Output }): void => {
  if (!native.heatmap) {
    expect(lean).toEqual(native);
    return;
  }
  expect(lean.heatmap).toEqual(native.heatmap);
  for (const [i, logit] of native.logits.entries())
    expect(Math.abs(lean.logits[i]! - logit)).toBeLessThan(1e-6 * Math.max(1, Math.abs(logit)));
};

const randomHead = (classes: number, channels: number, next = random(3)): LinearHead => ({
  weights: Float32Array.from({ length: classes * channels }, () => (next() - 0.5) / 5),
  bias: Float32Array.from({ length: classes }, () => next()),
});

/** A backbone with the head that a training gives it. */
const headed = async (name: keyof typeof catalogue): Promise<Uint8Array> => {
  const { backbone, bytes } = await readBackbone(name);
  const { cuts } = backbone;
  return buildFloatModel({ backbone: bytes, cuts, head: randomHead(20, cuts[0].channels + cuts[1].channels) });
};

describe.each(Object.entries(networks))("a reduced %s", (_, make) => {
  it("gives onnxruntime-node's integers", async () => {
    const photos = [20, 21, 22, 23, 24, 25, 26, 27].map((seed) => wave(seed, networkSize));
    for (const pair of await answers(await int8Form(make(), networkSize), networkSize, photos)) expectEqual(pair);
  });
});

describe("lite0 with a head over its last map and a background", () => {
  it("gives onnxruntime-node's integers", async () => {
    const { size } = smallInput;
    const { channels } = cuts[0];
    const parts = { cuts: [cuts[0]], head: randomHead(5, channels), background: randomHead(12, channels) };
    const form = await int8Form(await buildFloatModel({ backbone: await smallBackbone(), ...parts }), size);
    const photos = [20, 21, 22, 23].map((seed) => wave(seed, size));
    for (const pair of await answers(form, size, photos)) expectEqual(pair);
  });
});

describe.each(["lite0", "lite2"] as const)("%s, whole, with a head and a heat map", (name) => {
  const { size } = catalogue[name].input;

  it("gives onnxruntime-node's integers", async () => {
    const photos = [20, 21, 22, 23].map((seed) => wave(seed, size));
    for (const pair of await answers(await int8Form(await headed(name), size), size, photos)) expectEqual(pair);
  });

  it("gives onnxruntime-node's float32 within 1e-4 of the largest", async () => {
    const photos = [20, 21].map((seed) => wave(seed, size));
    for (const { native, lean } of await answers(await headed(name), size, photos, "float32"))
      for (const [found, expected] of [
        [lean.logits, native.logits],
        [lean.heatmap!.data, native.heatmap!.data],
      ] as const) {
        const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        const off = found.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
        expect(off / largest).toBeLessThan(1e-4);
      }
  });

  it.runIf(has("photos"))("gives them of real photos", async () => {
    const folder = join(photosFolder, "dogs");
    const breeds = (await readdir(folder)).sort();
    const tensors = await Promise.all(
      breeds.map(async (breed) => {
        const [file] = (await readdir(join(folder, breed))).sort();
        const photo = await readFile(join(folder, breed, file!));
        return (await tensorsOf(photo, [{}], catalogue[name].input))[0]!;
      }),
    );
    const form = await int8Form(await headed(name), size, tensors.slice(0, 4));
    for (const pair of await answers(form, size, tensors)) expectEqual(pair);
  });
});
