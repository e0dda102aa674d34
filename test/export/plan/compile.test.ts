import { describe, expect, it } from "vitest";
import { createNativeEngine } from "../../../shared/engine/native.ts";
import { readModel, writeModel } from "../../../shared/onnx/model.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { buildPlan, compilePlan } from "../../../training/export/plan/compile.ts";
import { random } from "../../drawing.ts";
import { networkSize, networks } from "../../onnx/networks.ts";
import { cuts, smallBackbone, smallInput } from "../models.ts";
import { int8Form, operatorsOf, wave } from "./forms.ts";
import { interpret } from "./interpreter.ts";

const randomHead = (classes: number, channels: number, next = random(9)) => ({
  weights: Float32Array.from({ length: classes * channels }, () => (next() - 0.5) / 5),
  bias: Float32Array.from({ length: classes }, () => next()),
});

/** lite0 for small photos, with a head of ours over the last feature map, and a background. */
const lite0 = async (): Promise<Uint8Array> => {
  const [head, background] = [randomHead(5, cuts[0].channels), randomHead(12, cuts[0].channels)];
  return buildFloatModel({ backbone: await smallBackbone(), cuts: [cuts[0]], head, background });
};

/** With the head that a training gives it. */
const trained = async (): Promise<Uint8Array> =>
  buildFloatModel({ backbone: await smallBackbone(), cuts, head: randomHead(5, cuts[0].channels + cuts[1].channels) });

const models = [
  ...Object.entries(networks).map(([name, make]) => ({ name, make: async () => make(), size: networkSize })),
  { name: "lite0 with a head, a background and a heat map", make: lite0, size: smallInput.size },
  { name: "lite0 with a head over two feature maps", make: trained, size: smallInput.size },
];

/** What each form must hold for the comparison to mean what it says. */
const expected: Record<string, readonly string[]> = {
  MobileNetV2: ["QLinearConv", "QLinearAdd"],
  "EfficientNet with SE and SiLU": ["QLinearSigmoid", "QLinearMul", "QLinearGlobalAveragePool"],
  "EfficientNet with SE and HardSwish": ["HardSigmoid", "QLinearMul"],
  ResNet: ["MaxPool", "QLinearAdd", "QGemm"],
  "lite0 with a head over two feature maps": ["QLinearAdd", "Add", "GlobalAveragePool"],
  "Inception-ResNet": ["QLinearConcat", "QLinearAveragePool", "MaxPool"],
};

describe.each(models)("the plan of $name", ({ name, make, size }) => {
  it("means the integers that onnxruntime-node computes, and is no larger than 1.05 times the ONNX file", async () => {
    const form = await int8Form(await make(), size);
    expect([...operatorsOf(form)]).toEqual(expect.arrayContaining([...(expected[name] ?? ["QGemm"])]));
    const photo = wave(11, size);
    const session = await (await createNativeEngine()).load({ bytes: form, precision: "int8", size });
    const { logits, heatmap } = await session.run(photo, { heatmap: true });
    await session.dispose();
    const meant = interpret(await buildPlan(form), photo);
    if (heatmap) expect(meant.heatmap).toEqual(heatmap.data);
    // after the last integers: means and exponents in float32, which each runtime adds up in its own order
    const off = Math.max(
      ...logits.map((logit, i) => Math.abs(logit - meant.logits[i]!) / Math.max(1, Math.abs(logit))),
    );
    expect(off).toBeLessThan(heatmap ? 1e-6 : Number.MIN_VALUE);

    const plan = await compilePlan(form);
    expect(plan.length).toBeLessThanOrEqual(1.05 * form.length);
    expect(await compilePlan(form)).toEqual(plan);
  });
});

describe("a graph that the lean engine does not cover", () => {
  it("has no plan, and the operator's name says why", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    form.graph.node.find(({ opType }) => opType === "MaxPool")!.opType = "LpPool";
    await expect(compilePlan(writeModel(form))).rejects.toThrow(/^LpPool "/);
  });

  it("has none where a tensor is read with another scale than it is written with", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    const add = form.graph.node.find(({ opType }) => opType === "QLinearAdd")!;
    [add.input[1], add.input[4]] = [add.input[4]!, add.input[1]!];
    await expect(compilePlan(writeModel(form))).rejects.toThrow("with another scale than it is written with");
  });
});
