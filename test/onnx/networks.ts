/** Reduced networks of the families that people train, with random weights: every kind of layer that theirs have, few of each. */
import { GraphBuilder } from "./graph-builder.ts";

/** Side of their photos in pixels. */
export const networkSize = 64;

const classes = 10;

const relu6 = (graph: GraphBuilder, input: string): string => {
  const bounds = ["zero", "six"] as const;
  return graph.add("Clip", [input, ...bounds]);
};

/** Map, heat map of the classes, their mean plus a bias: as our own heads are. */
const addHead = (graph: GraphBuilder, features: string): void => {
  const heatmap = graph.add(
    "Conv",
    [
      features,
      graph.constant(
        "head_weights",
        [classes, graph.channelsOf(features), 1, 1],
        graph.random(classes * graph.channelsOf(features), 0.2),
      ),
    ],
    { kernel_shape: [1, 1] },
    classes,
  );
  const pooled = graph.add("Flatten", [graph.add("GlobalAveragePool", [heatmap])]);
  graph.output(graph.add("Add", [pooled, graph.constant("head_bias", [classes], graph.random(classes, 1))]), "logits");
  graph.output(heatmap, "heatmap");
};

/** Pooled features, then a fully connected layer: as most frameworks export them. */
const addClassifier = (graph: GraphBuilder, features: string): void => {
  graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [features])]), classes), "logits");
};

/** Inverted residuals (Sandler et al. 2018, arXiv:1801.04381). */
export const mobileNetV2 = (): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 2 });
  graph.constant("zero", [], Float32Array.of(0));
  graph.constant("six", [], Float32Array.of(6));
  let map = relu6(graph, graph.conv("image", 16, { kernel: 3, stride: 2 }));
  for (const [channels, stride] of [
    [16, 1],
    [24, 2],
    [24, 1],
    [40, 2],
    [40, 1],
  ] as const) {
    const inside = graph.channelsOf(map) * 4;
    const wide = relu6(graph, graph.conv(map, inside));
    const deep = relu6(graph, graph.conv(wide, inside, { kernel: 3, stride, groups: inside }));
    const narrow = graph.conv(deep, channels);
    map = stride === 1 && graph.channelsOf(map) === channels ? graph.add("Add", [narrow, map]) : narrow;
  }
  addHead(graph, relu6(graph, graph.conv(map, 160)));
  return graph.build();
};

type Activation = (graph: GraphBuilder, input: string) => string;

const silu: Activation = (graph, input) => graph.add("Mul", [input, graph.add("Sigmoid", [input])]);
const hardSwish: Activation = (graph, input) => graph.add("HardSwish", [input]);
const activations = { silu, hardSwish };

/** Squeeze and excitation in inverted residuals (Tan & Le 2019, arXiv:1905.11946; MobileNetV3's with HardSwish). */
export const efficientNet = (activation: keyof typeof activations): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 3 });
  const act = (input: string): string => activations[activation](graph, input);
  let map = act(graph.conv("image", 16, { kernel: 3, stride: 2 }));
  for (const [channels, stride, kernel] of [
    [16, 1, 3],
    [24, 2, 5],
    [24, 1, 5],
    [48, 2, 3],
  ] as const) {
    const inside = graph.channelsOf(map) * 4;
    const wide = act(graph.conv(map, inside));
    const deep = act(graph.conv(wide, inside, { kernel, stride, groups: inside }));
    const squeezed = act(graph.conv(graph.add("GlobalAveragePool", [deep]), Math.max(4, inside >> 4)));
    const excitation = graph.add(activation === "silu" ? "Sigmoid" : "HardSigmoid", [graph.conv(squeezed, inside)]);
    const narrow = graph.conv(graph.add("Mul", [deep, excitation]), channels);
    map = stride === 1 && graph.channelsOf(map) === channels ? graph.add("Add", [narrow, map]) : narrow;
  }
  addHead(graph, act(graph.conv(map, 192)));
  return graph.build();
};

/** Residuals with shortcuts that stride (He et al. 2015, arXiv:1512.03385). */
export const resNet = (): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 4 });
  const relu = (input: string): string => graph.add("Relu", [input]);
  const stem = relu(graph.conv("image", 32, { kernel: 7, stride: 2 }));
  let map = graph.add("MaxPool", [stem], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  for (const [channels, stride] of [
    [32, 1],
    [64, 2],
    [64, 1],
    [96, 2],
  ] as const) {
    const deep = graph.conv(relu(graph.conv(map, channels, { kernel: 3, stride })), channels, { kernel: 3 });
    const plain = stride === 1 && graph.channelsOf(map) === channels;
    map = relu(graph.add("Add", [deep, plain ? map : graph.conv(map, channels, { stride })]));
  }
  addClassifier(graph, map);
  return graph.build();
};

/** Branches side by side, rows and columns apart, scaled residuals (Szegedy et al. 2016, arXiv:1602.07261). */
export const inceptionResNet = (): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 5 });
  const scale = graph.constant("residual_scale", [], Float32Array.of(0.17));
  const layer = (input: string, outputs: number, shape = {}): string =>
    graph.add("Relu", [graph.conv(input, outputs, shape)]);
  const side = (parts: readonly string[]): string =>
    graph.add(
      "Concat",
      parts,
      { axis: 1 },
      parts.reduce((sum, part) => sum + graph.channelsOf(part), 0),
    );
  const valid = { pads: [0, 0, 0, 0] } as const;
  const stem = layer(layer("image", 16, { kernel: 3, stride: 2, ...valid }), 24, { kernel: 3 });
  const window = { kernel_shape: [3, 3], strides: [2, 2] };
  let map = side([graph.add("MaxPool", [stem], window), layer(stem, 36, { kernel: 3, stride: 2, ...valid })]);
  const averaged = graph.add("AveragePool", [map], { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
  map = side([layer(map, 20), layer(layer(map, 16), 28, { kernel: 5 }), layer(averaged, 24)]);
  for (let block = 0; block < 2; block++) {
    const rows = layer(layer(map, 24), 28, { kernel: [1, 7] });
    const branches = side([layer(map, 20), layer(rows, 32, { kernel: [7, 1] })]);
    const scaled = graph.add("Mul", [graph.conv(branches, graph.channelsOf(map)), scale]);
    map = graph.add("Relu", [graph.add("Add", [scaled, map])]);
  }
  map = side([graph.add("MaxPool", [map], window), layer(layer(map, 32), 48, { kernel: 3, stride: 2, ...valid })]);
  addClassifier(graph, layer(map, 160));
  return graph.build();
};

/** Depthwise 7 x 7, then a perceptron over each pixel, channels last (Liu et al. 2022, arXiv:2201.03545), as PyTorch exports it. */
export const convNeXt = (): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 7 });
  const one = graph.constant("one", [], Float32Array.of(1));
  const half = graph.constant("half", [], Float32Array.of(0.5));
  const root = graph.constant("root", [], Float32Array.of(Math.SQRT2));
  const turned = (map: string, perm: readonly number[]): string => graph.add("Transpose", [map], { perm: [...perm] });
  const last = (map: string): string => turned(map, [0, 2, 3, 1]);
  const first = (map: string): string => turned(map, [0, 3, 1, 2]);
  let count = 0;
  const vector = (name: string, channels: number, around: number): string =>
    graph.constant(
      `${name}${++count}`,
      [channels],
      graph.random(channels, 0.2).map((number) => around + number),
    );
  const normalised = (map: string): string => {
    const channels = graph.channelsOf(map);
    const affine = [vector("weight", channels, 1), vector("bias", channels, 0)];
    return graph.add("LayerNormalization", [map, ...affine], { axis: -1 });
  };
  const linear = (map: string, outputs: number): string => {
    const inputs = graph.channelsOf(map);
    const weights = graph.constant(
      `matrix${++count}`,
      [inputs, outputs],
      graph.random(inputs * outputs, Math.sqrt(3 / inputs)),
    );
    const product = graph.add("MatMul", [map, weights], {}, outputs);
    return graph.add("Add", [product, vector("bias", outputs, 0)]);
  };
  const gelu = (map: string): string => {
    const risen = graph.add("Add", [graph.add("Erf", [graph.add("Div", [map, root])]), one]);
    return graph.add("Mul", [graph.add("Mul", [map, risen]), half]);
  };
  let map = first(normalised(last(graph.conv("image", 24, { kernel: 4, stride: 4, pads: [0, 0, 0, 0] }))));
  for (const [channels, stride] of [
    [24, 1],
    [48, 2],
    [96, 2],
  ] as const) {
    if (stride > 1) map = graph.conv(first(normalised(last(map))), channels, { kernel: 2, stride, pads: [0, 0, 0, 0] });
    const deep = normalised(last(graph.conv(map, channels, { kernel: 7, groups: channels })));
    const block = graph.add("Mul", [
      linear(gelu(linear(deep, 4 * channels)), channels),
      vector("scale", channels, 0.5),
    ]);
    map = graph.add("Add", [map, first(block)]);
  }
  addClassifier(graph, map);
  return graph.build();
};

export const networks: Record<string, () => Uint8Array> = {
  MobileNetV2: mobileNetV2,
  "EfficientNet with SE and SiLU": () => efficientNet("silu"),
  "EfficientNet with SE and HardSwish": () => efficientNet("hardSwish"),
  ResNet: resNet,
  "Inception-ResNet": inceptionResNet,
};
