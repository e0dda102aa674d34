import { describe, expect, it } from "vitest";
import { createNativeEngine } from "../../../shared/engine/native.ts";
import { readModel, writeModel } from "../../../shared/onnx/model.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { buildPlan, compilePlan } from "../../../training/export/plan/compile.ts";
import { random } from "../../drawing.ts";
import { networkSize, networks } from "../../onnx/networks.ts";
import { featureCut, smallBackbone, smallInput } from "../models.ts";
import { int8Form, operatorsOf, wave } from "./forms.ts";
import { interpret } from "./interpreter.ts";

/** lite0 with a head of ours and a background, for small photos. */
const lite0 = async (): Promise<Uint8Array> => {
  const next = random(9);
  const head = (classes: number) => ({
    weights: Float32Array.from({ length: classes * 1280 }, () => (next() - 0.5) / 5),
    bias: Float32Array.from({ length: classes }, () => next()),
  });
  const backbone = await smallBackbone();
  return buildFloatModel({ backbone, cut: featureCut, head: head(5), background: head(12) });
};

const models = [
  ...Object.entries(networks).map(([name, make]) => ({ name, make: async () => make(), size: networkSize })),
  { name: "lite0 with a head, a background and a heat map", make: lite0, size: smallInput.size },
];

/** What each form must hold for the comparison to mean what it says. */
const expected: Record<string, readonly string[]> = {
  MobileNetV2: ["QLinearConv", "QLinearAdd"],
  "EfficientNet with SE and SiLU": ["QLinearSigmoid", "QLinearMul", "QLinearGlobalAveragePool"],
  "EfficientNet with SE and HardSwish": ["HardSigmoid", "QLinearMul"],
  ResNet: ["MaxPool", "QLinearAdd", "QGemm"],
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
    const meant = interpret(await buildPlan(form, size), photo);
    if (heatmap) expect(meant.heatmap).toEqual(heatmap.data);
    // after the last integers: means and exponents in float32, which each runtime adds up in its own order
    const off = Math.max(
      ...logits.map((logit, i) => Math.abs(logit - meant.logits[i]!) / Math.max(1, Math.abs(logit))),
    );
    expect(off).toBeLessThan(heatmap ? 1e-6 : Number.MIN_VALUE);

    const compiled = await compilePlan(form, size);
    if ("uncovered" in compiled) throw new Error(compiled.uncovered);
    expect(compiled.plan.length).toBeLessThanOrEqual(1.05 * form.length);
    expect(await compilePlan(form, size)).toEqual(compiled);
  });
});

describe("a graph that the lean engine does not cover", () => {
  it("has no plan, and the operator's name says why", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    form.graph.node.find(({ opType }) => opType === "MaxPool")!.opType = "LpPool";
    expect(await compilePlan(writeModel(form), networkSize)).toEqual({ uncovered: expect.stringMatching(/^LpPool "/) });
  });

  it("has none where a tensor is read with another scale than it is written with", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    const add = form.graph.node.find(({ opType }) => opType === "QLinearAdd")!;
    [add.input[1], add.input[4]] = [add.input[4]!, add.input[1]!];
    expect(await compilePlan(writeModel(form), networkSize)).toEqual({
      uncovered: expect.stringContaining("with another scale than it is written with"),
    });
  });
});
