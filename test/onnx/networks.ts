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

export const networks: Record<string, () => Uint8Array> = {
  MobileNetV2: mobileNetV2,
  "EfficientNet with SE and SiLU": () => efficientNet("silu"),
  "EfficientNet with SE and HardSwish": () => efficientNet("hardSwish"),
  ResNet: resNet,
  "Inception-ResNet": inceptionResNet,
};
