import type { Tensor } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { float32ToFloat16 } from "../../../shared/onnx/float16.ts";
import { copyModel, type Model, readModel } from "../../../shared/onnx/model.ts";
import { tensor } from "../../../shared/onnx/tensor.ts";
import { compileGraph } from "../../../training/finetune/graph/compile.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { createDice } from "../../lean/dice.ts";
import { GraphBuilder } from "../../onnx/graph-builder.ts";
import { convNeXt, networkSize, networks, resNet } from "../../onnx/networks.ts";
import { type Attribute, type Case, caseModel, integersOf, type Operand, operatorNode } from "./case.ts";
import { joined } from "./network-suite.ts";
import { relative, runReference } from "./run-case.ts";

const tf = await loadTensorFlow();

const map: Operand = { dims: [1, 2, 4, 4], numbers: new Float32Array(32), as: "photo" };
const kernel: Operand = { dims: [2, 2, 3, 3], numbers: new Float32Array(36), as: "weight" };

const modelOf = (opType: string, operands: Case["operands"], attributes: Record<string, Attribute> = {}): Model =>
  caseModel(opType, { operands, attributes }, ({ as }) => as !== "photo");

const photoOf = (photos: number): Tensor =>
  tf.tensor(createDice(3).normals(photos * 3 * networkSize ** 2, 1), [photos, 3, networkSize, networkSize]);

describe("compileGraph, before any photo,", () => {
  const refusals: [string, Model, string][] = [
    [
      "an operator",
      modelOf("Einsum", [map]),
      'the operator of Einsum "Einsum y0" is not supported; fine-tuning knows Constant, Abs, Add, And',
    ],
    [
      "an attribute",
      modelOf("Relu", [map], { slope: 1 }),
      'Relu "Relu y0": the attribute "slope" is not supported; none are',
    ],
    [
      "an attribute's value",
      modelOf("Conv", [map, kernel], { auto_pad: { text: "SAME" } }),
      'Conv "Conv y0": auto_pad "SAME" is not supported; NOTSET, VALID, SAME_UPPER, SAME_LOWER are',
    ],
    [
      "a kernel that is no image's",
      modelOf("Conv", [map, { ...kernel, dims: [2, 2, 9] }]),
      'Conv "Conv y0": a kernel of 1 axes is not supported; those of height and width are',
    ],
    [
      "pooling with gaps",
      modelOf("MaxPool", [map], { kernel_shape: [2, 2], dilations: [2, 2] }),
      'MaxPool "MaxPool y0": dilations 2,2 is not supported; windows without gaps are',
    ],
    [
      "batch statistics",
      modelOf("BatchNormalization", [map, ...Array(4).fill(kernel)], { training_mode: 1 }),
      "training_mode 1 is not supported; export the model for inference",
    ],
    [
      "a way to interpolate",
      modelOf("Resize", [map], { mode: { text: "lanczos" } }),
      'mode "lanczos" is not supported; nearest, linear, cubic are',
    ],
    [
      "a type",
      modelOf("Cast", [map], { to: 8 }),
      "the type STRING is not supported; FLOAT, FLOAT16, DOUBLE, INT32, INT64, BOOL are",
    ],
    ["operands", modelOf("Add", [map]), 'Add "Add y0" has 1 inputs; 2 are supported'],
    [
      "a shape that comes from photos",
      modelOf("Reshape", [map, map]),
      'Reshape "Reshape y0": its input "b" is computed from photos or trained',
    ],
    [
      "shapes made of numbers in photos",
      modelOf("Range", [map, map, map]),
      'Range "Range y0" computes shapes, but "a" is no shape and no constant',
    ],
  ];

  it.each(refusals)("refuses %s that it does not know, and says which it knows", (_, model, message) => {
    const before = tf.memory().numTensors;
    expect(() => compileGraph(model, { tf })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses operators of other makers, and names all that it met", () => {
    const model = modelOf("Relu", [map]);
    const fused = operatorNode("FusedConv", ["y0"], ["z"]);
    fused.domain = "com.microsoft";
    model.graph.node.push(fused, operatorNode("Loop", ["z"], ["w"]));
    model.graph.output[0]!.name = "w";
    expect(() => compileGraph(model, { tf })).toThrow(
      'the operator of FusedConv "FusedConv z" of domain com.microsoft (and Loop) is not supported',
    );
  });

  it("refuses a second output, and a tensor that nothing makes", () => {
    const masked = modelOf("Dropout", [map]);
    masked.graph.node[0]!.output.push("mask");
    expect(() => compileGraph(masked, { tf })).toThrow('Dropout "Dropout y0": the output "mask" is not supported');
    const broken = modelOf("Relu", [map]);
    broken.graph.node[0]!.input = ["nothing"];
    expect(() => compileGraph(broken, { tf })).toThrow('Relu "Relu y0" reads "nothing", which no node before it makes');
    expect(() => compileGraph(modelOf("Relu", [map]), { tf, outputs: ["z"] })).toThrow('the graph has no tensor "z"');
  });

  it("refuses to train what is no float initializer, and frees what it had begun", () => {
    const before = tf.memory().numTensors;
    const model = readModel(resNet());
    const [first] = model.graph.initializer as [Model["graph"]["initializer"][number]];
    expect(() => compileGraph(model, { tf, trainable: [first.name, "nothing"] })).toThrow(
      'the graph has no initializer "nothing" to train',
    );
    const half = copyModel(model);
    half.graph.initializer[0] = tensor(
      first.name,
      first.dims.map(Number),
      float32ToFloat16(new Float32Array(first.rawData.length / 4)),
    );
    expect(() => compileGraph(half, { tf, trainable: [first.name] })).toThrow(
      `the initializer "${first.name}" holds FLOAT16; only FLOAT can be trained`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses weights that lie in another file", () => {
    const model = readModel(resNet());
    model.graph.initializer[0]!.rawData = new Uint8Array();
    expect(() => compileGraph(model, { tf })).toThrow(
      /holds 0 numbers; export the model in one file, with its weights/,
    );
  });
});

describe("a compiled graph", () => {
  it("takes any number of photos of the declared size, and refuses others", () => {
    const graph = compileGraph(readModel(resNet()), { tf });
    expect(graph.inputs).toEqual([{ name: "image", shape: [1, 3, networkSize, networkSize] }]);
    for (const photos of [1, 2, 5])
      tf.tidy(() => {
        expect(graph.run({ image: photoOf(photos) }).logits!.shape).toEqual([photos, 10]);
      });
    expect(() => graph.run({})).toThrow('the graph\'s input "image" of shape [any, 3, 64, 64] is missing');
    expect(() => tf.tidy(() => graph.run({ image: tf.zeros([1, 64, 64, 3]) }))).toThrow(
      'the graph\'s input "image" has shape [1, 64, 64, 3], not [any, 3, 64, 64]',
    );
    graph.dispose();
  });

  it("runs several photos through shapes written down for one, as windows of an image are", async () => {
    const dice = createDice(12);
    const each = { dims: [1, 4, 4, 3], as: "photo" } as const;
    const shapes = [
      integersOf(1, 2, 2, 2, 2, 3),
      integersOf(4, 4, 3),
      integersOf(1, -1, 3),
      integersOf(0, 2, -1),
      integersOf(-1, 6),
    ];
    const nodes: Case["nodes"] = ([x, apart, windows, rows, halves, last]) => [
      operatorNode("Reshape", [x!, apart!], ["apart"]),
      operatorNode("Transpose", ["apart"], ["turned"], { perm: [0, 1, 3, 2, 4, 5] }),
      operatorNode("Reshape", ["turned", windows!], ["windows"]),
      operatorNode("Softmax", ["windows"], ["seen"], { axis: 1 }),
      operatorNode("Reshape", ["seen", rows!], ["rows"]),
      operatorNode("Reshape", ["rows", halves!], ["halves"]),
      operatorNode("Reshape", ["halves", last!], ["y0"]),
    ];
    const photos = [0, 1, 2].map(() => ({ operands: [{ ...each, numbers: dice.normals(48, 1) }, ...shapes], nodes }));
    const model = caseModel("Reshape", photos[0]!, ({ as }) => as !== "photo");
    const graph = compileGraph(model, { tf });
    const all = photos.flatMap(({ operands }) => [...(operands[0]!.numbers as Float32Array)]);
    const image = tf.tensor(all, [3, 4, 4, 3]);
    const outputs = graph.run({ a: image });
    expect(outputs.y0!.shape).toEqual([24, 6]);
    const expected = await Promise.all(photos.map(async (one) => (await runReference(model, one))[0]!));
    expect(relative(outputs.y0!.dataSync(), joined(expected))).toBeLessThan(1e-6);
    tf.dispose([image, outputs]);
    graph.dispose();
  });

  it("names the node that fails", () => {
    const graph = compileGraph(modelOf("Add", [map, { ...kernel, dims: [36] }]), { tf });
    expect(() => tf.tidy(() => graph.run({ a: tf.zeros([1, 2, 4, 4]) }))).toThrow(/^Add "Add y0" fails: /);
    graph.dispose();
  });

  it("frees every tensor after its last use, all but the outputs", () => {
    const builder = new GraphBuilder({ size: 8, channels: 4 });
    let deep = "image";
    for (let layer = 0; layer < 20; layer++) deep = builder.add("Relu", [deep]);
    builder.output(deep, "y");
    const graph = compileGraph(readModel(builder.build()), { tf });
    const image = tf.ones([1, 4, 8, 8]);
    const before = tf.memory();
    let most = 0;
    const outputs = graph.run({ image }, () => (most = Math.max(most, tf.memory().numBytes - before.numBytes)));
    // At each moment what a node reads and what it has made, not all twenty
    expect(most).toBeLessThanOrEqual(2 * image.size * 4);
    expect(tf.memory().numTensors - before.numTensors).toBe(1);
    tf.dispose([outputs, image]);
  });

  it("gives tensors on the way where they are asked for, and leaves out what only others need", () => {
    const model = readModel(networks.MobileNetV2!());
    const [relu] = model.graph.node.filter(({ opType }) => opType === "Clip");
    const graph = compileGraph(model, { tf, outputs: [relu!.output[0]!] });
    let nodes = 0;
    tf.tidy(() => {
      const outputs = graph.run({ image: photoOf(2) }, () => nodes++);
      expect(outputs[relu!.output[0]!]!.shape).toEqual([2, 16, 32, 32]);
    });
    expect(nodes).toBe(2);
    graph.dispose();
  });

  it.each([
    // Into channels last, and out again for the heat map that ONNX wants channels first
    ["EfficientNet", networks["EfficientNet with SE and SiLU"]!, 2],
    // Into channels last; the matrix of the last layer is stored the other way round
    ["ConvNeXt, which turns them twice in each block", convNeXt, 2],
  ] as const)("turns an image's axes once, at its start, however deep it is: %s", async (_, make, turns) => {
    const graph = compileGraph(readModel(make()), { tf });
    const image = photoOf(1);
    const { kernels } = await tf.profile(() => graph.run({ image }));
    expect(kernels.filter(({ name }) => name === "Transpose")).toHaveLength(turns);
    image.dispose();
    graph.dispose();
  });

  it("keeps variables' numbers as ONNX stores them, and takes them back", () => {
    const model = readModel(networks.MobileNetV2!());
    const stored = new Map(model.graph.initializer.map((one) => [one.name, one]));
    // One of each layout: whole, depthwise, a vector
    const names = [...stored.keys()].filter((name) => /^conv(2|6|10)_/.test(name));
    const graph = compileGraph(model, { tf, trainable: names });
    const numbers = graph.numbers();
    expect([...numbers.keys()]).toEqual(names);
    for (const [name, found] of numbers)
      expect(found).toEqual(new Float32Array(Uint8Array.from(stored.get(name)!.rawData).buffer));

    const image = photoOf(1);
    const ask = () => tf.tidy(() => [...graph.run({ image }).logits!.dataSync()]);
    const before = ask();
    const doubled = new Map([...numbers].map(([name, found]) => [name, found.map((number) => 2 * number)]));
    graph.assign(doubled);
    expect(graph.numbers()).toEqual(doubled);
    expect(ask()).not.toEqual(before);
    graph.assign(numbers);
    expect(ask()).toEqual(before);

    expect(() => graph.assign(new Map([["nothing", new Float32Array(1)]]))).toThrow('the graph trains no "nothing"');
    expect(() => graph.assign(new Map([[names[0]!, new Float32Array(1)]]))).toThrow(/holds \d+ numbers, not 1/);
    image.dispose();
    graph.dispose();
  });
});
