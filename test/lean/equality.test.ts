import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../shared/onnx/model.ts";
import { catalogue, readBackbone } from "../../training/backbone/catalogue.ts";
import { calibrate } from "../../training/export/calibrate.ts";
import { canonicalise } from "../../training/export/canonicalise.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { buildLadder, type Rung } from "../../training/export/ladder.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import type { Dense } from "../../training/head/head.ts";
import { random } from "../drawing.ts";
import { cuts, smallBackbone, smallInput, tensorsOf } from "../export/models.ts";
import { int8Form, operatorsOf, wave } from "../export/plan/forms.ts";
import { networkSize, networks } from "../onnx/networks.ts";
import { has, photosFolder } from "../require.ts";
import { answers, expectClose, expectEqual } from "./answers.ts";

const randomHead = (classes: number, channels: number, next = random(3)): Dense => ({
  weights: Float32Array.from({ length: classes * channels }, () => (next() - 0.5) / 5),
  bias: Float32Array.from({ length: classes }, () => next()),
});

/** A backbone with the head that a training gives it. */
const headed = async (name: keyof typeof catalogue): Promise<Uint8Array> => {
  const { backbone, bytes } = await readBackbone(name);
  const { cuts } = backbone;
  return buildFloatModel({ backbone: bytes, cuts, head: randomHead(20, cuts[0].channels + cuts[1].channels) });
};

const formNamed = async (ladder: readonly Rung[], name: string): Promise<Uint8Array> =>
  (await ladder.find((rung) => rung.name === name)!.build()).bytes;

/** What each form must hold for the comparison to mean what it says. */
const fused: Record<string, readonly string[]> = {
  MobileNetV2: ["QLinearConv", "QLinearAdd"],
  "EfficientNet with SE and SiLU": ["QLinearSigmoid", "QLinearMul", "QLinearGlobalAveragePool"],
  "EfficientNet with SE and HardSwish": ["HardSigmoid", "QLinearMul"],
  ResNet: ["MaxPool", "QLinearAdd", "QGemm"],
  "Inception-ResNet": ["QLinearConcat", "QLinearAveragePool", "MaxPool"],
};

describe.each(Object.entries(networks))("a reduced %s", (name, make) => {
  it("gives onnxruntime-node's integers, by a plan of the same bytes each time, of at most 1.05 times the ONNX file", async () => {
    const form = await int8Form(make(), networkSize);
    expect([...operatorsOf(form)]).toEqual(expect.arrayContaining([...fused[name]!]));
    const photos = [20, 21, 22, 23, 24, 25, 26, 27].map((seed) => wave(seed, networkSize));
    for (const pair of await answers(form, networkSize, photos)) expectEqual(pair);
    const plan = await compilePlan(form);
    expect(await compilePlan(form)).toEqual(plan);
    expect(plan.length).toBeLessThanOrEqual(1.05 * form.length);
  });
});

describe.each(Object.entries(networks))("a reduced %s with weights in int8 and its maps in float", (_, make) => {
  it("gives onnxruntime-node's float32 within 1e-4 of the largest, by a plan of at most 1.05 times the ONNX file", async () => {
    const model = writeModel(await canonicalise(make()));
    const calibration = [1, 2, 3, 4].map((seed) => wave(seed, networkSize));
    const statistics = await calibrate({ model, size: networkSize, photos: calibration });
    const ladder = buildLadder(model, statistics);
    const photos = [20, 21].map((seed) => wave(seed, networkSize));
    const weights = await formNamed(ladder, "int8-weights");
    for (const pair of await answers(weights, networkSize, photos, "int8-weights")) expectClose(pair);
    // where floats are quantized again, a sum in another order may move a step
    const partly = await formNamed(ladder, "int8-partly");
    for (const pair of await answers(partly, networkSize, photos)) expectClose(pair, 0.02);
    for (const form of [weights, partly])
      expect((await compilePlan(form)).length).toBeLessThanOrEqual(1.05 * form.length);
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
    for (const pair of await answers(await headed(name), size, photos, "float32")) expectClose(pair);
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
