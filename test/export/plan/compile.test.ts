import { describe, expect, it } from "vitest";
import { createNativeEngine } from "../../../shared/engine/native.ts";
import { readModel, writeModel } from "../../../shared/onnx/model.ts";
import { buildPlan, compilePlan } from "../../../training/export/plan/compile.ts";
import { networkSize, networks } from "../../onnx/networks.ts";
import { int8Form, operatorsOf, wave } from "./forms.ts";
import { interpret } from "./interpreter.ts";

/** What each form must hold for the comparison to mean what it says. */
const expected: Record<string, readonly string[]> = {
  MobileNetV2: ["QLinearConv", "QLinearAdd"],
  "EfficientNet with SE and SiLU": ["QLinearSigmoid", "QLinearMul", "QLinearGlobalAveragePool"],
  "EfficientNet with SE and HardSwish": ["HardSigmoid", "QLinearMul"],
  ResNet: ["MaxPool", "QLinearAdd", "QGemm"],
  "Inception-ResNet": ["QLinearConcat", "QLinearAveragePool", "MaxPool"],
};

const size = networkSize;

describe.each(Object.entries(networks))("the plan of %s", (name, make) => {
  it("means the integers that onnxruntime-node computes, and is no larger than 1.05 times the ONNX file", async () => {
    const form = await int8Form(make(), size);
    expect([...operatorsOf(form)]).toEqual(expect.arrayContaining([...expected[name]!]));
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
    await expect(compilePlan(writeModel(form))).rejects.toThrow(/^the lean engine does not run LpPool "/);
  });

  it("has none where a tensor is read with another scale than it is written with", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    const add = form.graph.node.find(({ opType }) => opType === "QLinearAdd")!;
    [add.input[1], add.input[4]] = [add.input[4]!, add.input[1]!];
    await expect(compilePlan(writeModel(form))).rejects.toThrow("with another scale than it is written with");
  });
});
