/** What exporters write that our own graphs never hold: weights stored once for several layers, nodes with several outputs. */
import { describe, expect, it } from "vitest";
import { type Model, readModel, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { calibrate } from "../../training/export/calibrate.ts";
import { canonicalise } from "../../training/export/canonicalise.ts";
import { type Cut, findFeatureCut } from "../../training/export/feature-cut.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { buildLadder } from "../../training/export/ladder.ts";
import { random } from "../drawing.ts";
import { relative } from "../finetune/graph/run-case.ts";
import { exported } from "../onnx/exported.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { networkSize } from "../onnx/networks.ts";
import { noiseTensor, runNatively } from "./models.ts";

const size = 24;

/** Two convolutions of 8 channels, a third, a pooling and a classifier. */
const plain = (): Model => {
  const graph = new GraphBuilder({ size, seed: 5 });
  let map = graph.add("Relu", [graph.conv("image", 8, { kernel: 3, stride: 2 })]);
  for (let layer = 0; layer < 2; layer++) map = graph.add("Relu", [graph.conv(map, 8, { kernel: 3 })]);
  map = graph.conv(map, 6);
  graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]), 3), "logits");
  return readModel(graph.build());
};

const sharing = (model: Model): void => {
  const [, first, second] = model.graph.node.filter(({ opType }) => opType === "Conv");
  second!.input[1] = first!.input[1]!;
};

const splitting = (model: Model): void => {
  const { graph } = model;
  const [, first] = graph.node.filter(({ opType }) => opType === "Relu");
  const [map] = first!.output;
  const reader = graph.node.find(({ opType, input }) => opType === "Conv" && input[0] === map)!;
  const parts = ["upper", "lower"];
  graph.node.splice(
    graph.node.indexOf(reader),
    0,
    node("Split", [map!], parts, { axis: 1 }),
    node("Concat", parts.toReversed(), ["exchanged"], { axis: 1 }),
  );
  reader.input[0] = "exchanged";
};

/** How far the answers of each form in ONNX are from the float model's, by the form's name. */
const differences = async (backbone: Uint8Array, cut: Cut, size: number): Promise<Map<string, number>> => {
  const next = random(9);
  const weights = Float32Array.from({ length: 2 * cut.channels }, () => 2 * next() - 1);
  const head = { weights, bias: Float32Array.of(0.1, -0.1) };
  const float = await buildFloatModel({ backbone, cuts: [cut], head });
  const photos = [1, 2, 3, 4].map((seed) => noiseTensor(seed, size));
  const expected = await runNatively(float, "float32", photos);
  const statistics = await calibrate({ model: float, photos, size });
  const found = new Map<string, number>();
  for (const rung of buildLadder(float, statistics).filter(({ plan }) => !plan)) {
    const { bytes, precision, name } = await rung.build();
    const answers = await runNatively(bytes, precision, photos);
    found.set(name, Math.max(...answers.map((logits, photo) => relative(logits, expected[photo]!))));
  }
  return found;
};

describe("a foreign graph", () => {
  it.each([
    ["that stores the weights of two layers once", sharing],
    ["that splits a map", splitting],
  ])("%s has every form", async (_, alter) => {
    const model = plain();
    alter(model);
    const cut = { tensor: findFeatureCut(model), channels: 6 };
    for (const [form, off] of await differences(writeModel(model), cut, size)) expect(off, form).toBeLessThan(0.1);
  });

  it.each<[string, Omit<Cut, "tensor">]>([
    ["convnextv2.dynamo", { channels: 96 }],
    ["densenet.dynamo", { channels: 64 }],
    ["vit.dynamo", { channels: 48, vector: true }],
  ])("of timm has every form: %s", async (name, cut) => {
    const bytes = exported(name);
    const tensor = findFeatureCut(await canonicalise(bytes));
    const found = await differences(bytes, { tensor, ...cut }, networkSize);
    expect(found.get("int8-weights")).toBeLessThan(0.1);
    // random weights bear less than trained ones
    for (const [form, off] of found) expect(off, form).toBeLessThan(0.25);
  });
});
