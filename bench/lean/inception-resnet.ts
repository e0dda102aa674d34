/**
 * A graph shaped like Inception-ResNet-v2 (Szegedy et al. 2016, arXiv:1602.07261) at its own size: its stem, its widths and its
 * kinds of blocks, a fifth of them or all, with random weights. Only speed means anything.
 */
import { GraphBuilder } from "../../test/onnx/graph-builder.ts";

/** Side of its photos in pixels. */
export const inceptionSize = 331;

/** How many of each kind; the whole network has 10, 20 and 10. */
export interface Blocks {
  first: number;
  second: number;
  third: number;
}

type Layer = readonly [outputs: number, kernel?: number | readonly [number, number], stride?: number];

export const inceptionResNet = (blocks: Blocks, classes = 120): Uint8Array => {
  const graph = new GraphBuilder({ size: inceptionSize, seed: 6 });
  const scale = graph.constant("residual_scale", [], Float32Array.of(0.17));
  /** Convolutions after one another, each with a Relu; those that stride have no pads. */
  const chain = (input: string, ...layers: readonly Layer[]): string =>
    layers.reduce((map, [outputs, kernel = 1, stride = 1]) => {
      const shape = stride === 1 ? { kernel } : { kernel, stride, pads: [0, 0, 0, 0] as const };
      return graph.add("Relu", [graph.conv(map, outputs, shape)]);
    }, input);
  const side = (...maps: readonly string[]): string =>
    graph.add(
      "Concat",
      maps,
      { axis: 1 },
      maps.reduce((sum, map) => sum + graph.channelsOf(map), 0),
    );
  const halved = (map: string): string => graph.add("MaxPool", [map], { kernel_shape: [3, 3], strides: [2, 2] });
  const residual = (map: string, ...branches: readonly string[]): string => {
    const scaled = graph.add("Mul", [graph.conv(side(...branches), graph.channelsOf(map)), scale]);
    return graph.add("Relu", [graph.add("Add", [scaled, map])]);
  };

  let map = chain(halved(chain("image", [32, 3, 2], [32, 3], [64, 3])), [80], [192, 3]);
  map = halved(map);
  const averaged = graph.add("AveragePool", [map], { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] });
  map = side(chain(map, [96]), chain(map, [48], [64, 5]), chain(map, [64], [96, 3], [96, 3]), chain(averaged, [64]));
  for (let block = 0; block < blocks.first; block++)
    map = residual(map, chain(map, [32]), chain(map, [32], [32, 3]), chain(map, [32], [48, 3], [64, 3]));
  map = side(chain(map, [384, 3, 2]), chain(map, [256], [256, 3], [384, 3, 2]), halved(map));
  for (let block = 0; block < blocks.second; block++)
    map = residual(map, chain(map, [192]), chain(map, [128], [160, [1, 7]], [192, [7, 1]]));
  map = side(
    chain(map, [256], [384, 3, 2]),
    chain(map, [256], [288, 3, 2]),
    chain(map, [256], [288, 3], [320, 3, 2]),
    halved(map),
  );
  for (let block = 0; block < blocks.third; block++)
    map = residual(map, chain(map, [192]), chain(map, [192], [224, [1, 3]], [256, [3, 1]]));
  const pooled = graph.add("Flatten", [graph.add("GlobalAveragePool", [chain(map, [1536])])]);
  graph.output(graph.gemm(pooled, classes), "logits");
  return graph.build();
};
