import { describe, expect, it } from "vitest";
import { readModel, writeModel } from "../../../shared/onnx/model.ts";
import { canonicalise } from "../../../training/export/canonicalise.ts";
import { buildPlan, compilePlan } from "../../../training/export/plan/compile.ts";
import { answers, expectClose, expectEqual } from "../../lean/answers.ts";
import type { AnyAttributes } from "../../onnx/any-node.ts";
import { GraphBuilder } from "../../onnx/graph-builder.ts";
import { networkSize, networks } from "../../onnx/networks.ts";
import { int8Form, wave } from "./forms.ts";

/** Between two convolutions: what `middle` makes of eight channels is the heat map, so that each of its integers shows. */
const around = (size: number, middle: (graph: GraphBuilder, map: string) => string, opset?: number): Uint8Array => {
  const graph = new GraphBuilder({ size, seed: 8 });
  const made = middle(graph, graph.conv("image", 8, { kernel: 3, stride: 2 }));
  graph.output(made, "heatmap");
  const pooled = graph.add("Flatten", [graph.add("GlobalAveragePool", [graph.conv(made, 5)])]);
  graph.output(pooled, "logits");
  return graph.build(opset);
};

const photosOf = (size: number): Float32Array[] => [20, 21].map((seed) => wave(seed, size));

const expectSameIntegers = async (network: Uint8Array, size: number): Promise<void> => {
  for (const pair of await answers(await int8Form(network, size), size, photosOf(size))) expectEqual(pair);
};

const expectSameFloats = async (network: Uint8Array, size: number): Promise<void> => {
  const form = writeModel(await canonicalise(network));
  for (const pair of await answers(form, size, photosOf(size), "float32")) expectClose(pair);
};

describe.each(["SAME_UPPER", "SAME_LOWER", "VALID"])("auto_pad %s, as TensorFlow and Keras export", (auto_pad) => {
  const layer = (graph: GraphBuilder, map: string, attributes: AnyAttributes): string => {
    const group = Number(attributes.group ?? 1);
    const weights = graph.constant("w", [8, 8 / group, 3, 3], graph.random((8 * 8 * 9) / group, 0.3));
    return graph.add("Conv", [map, weights], { kernel_shape: [3, 3], ...attributes });
  };
  it.each<[string, (graph: GraphBuilder, map: string) => string]>([
    ["a convolution", (graph, map) => layer(graph, map, { auto_pad })],
    ["a convolution with strides", (graph, map) => layer(graph, map, { auto_pad, strides: [2, 3] })],
    ["a depthwise one", (graph, map) => layer(graph, map, { auto_pad, strides: [2, 2], group: 8 })],
    ["max pooling", (graph, map) => graph.add("MaxPool", [map], { auto_pad, kernel_shape: [3, 2], strides: [2, 3] })],
    [
      "average pooling",
      (graph, map) => graph.add("AveragePool", [map], { auto_pad, kernel_shape: [2, 3], strides: [2, 2] }),
    ],
  ])("on %s pads by the map's size", async (_, middle) => {
    // maps of 16 and of 17 pixels: an odd number of pads goes to one side or to none
    for (const size of [32, 33]) {
      await expectSameIntegers(around(size, middle), size);
      await expectSameFloats(around(size, middle), size);
    }
  });
});

describe("ceil_mode", () => {
  const pool = (opType: string, attributes: AnyAttributes) => (graph: GraphBuilder, map: string) =>
    graph.add(opType, [map], { kernel_shape: [3, 2], strides: [2, 3], ceil_mode: 1, ...attributes });

  it.each<[string, AnyAttributes]>([
    ["MaxPool", {}],
    ["AveragePool", {}],
    ["AveragePool", { pads: [1, 1, 1, 1] }],
    ["AveragePool", { pads: [1, 0, 1, 1], count_include_pad: 1 }],
  ])("of %s %j begins a last window inside of the map and ends it outside", async (opType, attributes) => {
    for (const size of [32, 36]) await expectSameIntegers(around(size, pool(opType, attributes)), size);
  });

  it("counts in floats as ONNX says, or there is no plan", async () => {
    await expectSameFloats(around(32, pool("AveragePool", {})), 32);
    const counting = writeModel(await canonicalise(around(32, pool("AveragePool", { count_include_pad: 1 }))));
    await expect(compilePlan(counting)).rejects.toThrow("ceil_mode with count_include_pad");
  });
});

describe("an operator with one input", () => {
  /** By its attributes; the ONNX version that brought it, where that is a late one. */
  const operators: Record<string, { attributes?: AnyAttributes; opset?: number }> = {
    ...{ Abs: {}, Ceil: {}, Erf: {}, Exp: {}, Floor: {}, HardSwish: {}, Neg: {}, Relu: {}, Round: {}, Selu: {} },
    ...{ Sigmoid: {}, Sign: {}, Softplus: {}, Softsign: {}, Tanh: {}, HardSigmoid: {} },
    ...{ Gelu: { opset: 20 }, Mish: { opset: 18 } },
    ...Object.fromEntries(
      ["Celu", "Elu", "LeakyRelu", "ThresholdedRelu"].map((op) => [op, { attributes: { alpha: { float: 0.3 } } }]),
    ),
    Shrink: { attributes: { lambd: { float: 0.5 }, bias: { float: 0.2 } } },
  };

  it.each(Object.entries(operators))("becomes a table of onnxruntime-node's integers: %s", async (op, details) => {
    const { attributes = {}, opset } = details;
    const network = around(32, (graph, map) => graph.add(op, [map], attributes), opset);
    await expectSameIntegers(network, 32);
    const used = new Set((await buildPlan(await int8Form(network, 32))).operators.map((operator) => operator.op));
    // a Relu is cut off by its convolution's range
    expect(used.has("table")).toBe(op !== "Relu");
    expect(used).not.toContain("clip");
  });

  it("becomes one with all that follows number by number: Gelu as PyTorch writes it, the tanh form, a square root", async () => {
    const gelu = (graph: GraphBuilder, map: string): string => {
      const number = (name: string, value: number) => graph.constant(name, [], Float32Array.of(value));
      const risen = graph.add("Erf", [graph.add("Div", [map, number("root", Math.SQRT2)])]);
      const product = graph.add("Mul", [map, graph.add("Add", [risen, number("one", 1)])]);
      return graph.add("Mul", [product, number("half", 0.5)]);
    };
    await expectSameIntegers(around(32, gelu), 32);
    const tanhForm = (graph: GraphBuilder, map: string) => graph.add("Gelu", [map], { approximate: "tanh" });
    await expectSameIntegers(around(32, tanhForm, 20), 32);
    const root = (graph: GraphBuilder, map: string) => graph.add("Sqrt", [graph.add("Abs", [map])]);
    await expectSameIntegers(around(32, root), 32);
  });
});

describe("spatial attention, one channel that meets all", () => {
  const attention = (opType: string, first: "map" | "channel") => (graph: GraphBuilder, map: string) => {
    const channel = graph.add("Sigmoid", [graph.conv(map, 1)]);
    return graph.add(opType, first === "map" ? [map, channel] : [channel, map], {}, 8);
  };

  it("gives onnxruntime-node's integers and floats", async () => {
    for (const middle of [attention("Mul", "map"), attention("Mul", "channel"), attention("Add", "map")]) {
      await expectSameIntegers(around(32, middle), 32);
      await expectSameFloats(around(32, middle), 32);
    }
  });

  it("has no plan where integers are added in an order that would round otherwise", async () => {
    const form = await int8Form(around(32, attention("Add", "channel")), 32);
    await expect(compilePlan(form)).rejects.toThrow("one channel plus many");
  });
});

describe("a graph that the lean engine does not cover", () => {
  it("has no plan, and the names of its operators that are not covered say why, each once", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    form.graph.node.find(({ opType }) => opType === "MaxPool")!.opType = "LpPool";
    for (const add of form.graph.node.filter(({ opType }) => opType === "QLinearAdd")) add.opType = "QLinearSub";
    await expect(compilePlan(writeModel(form))).rejects.toThrow(
      /^the lean engine does not run LpPool "[^"]*", QLinearSub "[^"]*"$/,
    );
  });

  it("has none where a tensor is read with another scale than it is written with", async () => {
    const form = readModel(await int8Form(networks.ResNet!(), networkSize));
    const add = form.graph.node.find(({ opType }) => opType === "QLinearAdd")!;
    [add.input[1], add.input[4]] = [add.input[4]!, add.input[1]!];
    await expect(compilePlan(writeModel(form))).rejects.toThrow("with another scale than it is written with");
  });
});
