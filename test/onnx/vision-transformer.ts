/**
 * A small vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929) with random weights, as PyTorch's exporter writes one:
 * for one photo, every shape a constant; or for any number, every shape computed from shapes.
 */
import { DataType } from "../../shared/onnx/tensor.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { networkSize } from "./networks.ts";

const [patch, width, heads, classes] = [16, 48, 3, 10];
const tokens = (networkSize / patch) ** 2;

export const visionTransformer = (photos: "one" | "any"): Uint8Array => {
  const graph = new GraphBuilder({ size: networkSize, seed: 11, batch: photos === "one" ? 1 : "photos" });
  let count = 0;
  const named = (): string => `constant${++count}`;
  const ints = (...numbers: number[]): string =>
    graph.constant(named(), [numbers.length], BigInt64Array.from(numbers, BigInt));
  const index = (number: number): string => graph.constant(named(), [], BigInt64Array.of(BigInt(number)));
  const float = (number: number): string => graph.constant(named(), [], Float32Array.of(number));
  const weights = (name: string, dims: readonly number[], limit: number, around = 0): string =>
    graph.constant(
      `${name}${++count}`,
      dims,
      graph
        .random(
          dims.reduce((product, side) => product * side, 1),
          limit,
        )
        .map((number) => around + number),
    );

  /** A shape of which the first side counts photos. */
  const shape = (...rest: number[]): string => {
    if (photos === "one") return ints(1, ...rest);
    const count = graph.add("Gather", [graph.add("Shape", ["image"]), index(0)], { axis: 0 });
    const sides = [count, ...rest.map(index)].map((side) => graph.add("Unsqueeze", [side, ints(0)]));
    return graph.add("Concat", sides, { axis: 0 });
  };
  const reshaped = (x: string, ...rest: number[]): string => graph.add("Reshape", [x, shape(...rest)]);
  const turned = (x: string, ...perm: number[]): string => graph.add("Transpose", [x], { perm });
  const normalised = (x: string): string =>
    graph.add("LayerNormalization", [x, weights("norm_weight", [width], 0.2, 1), weights("norm_bias", [width], 0.2)], {
      axis: -1,
    });
  const product = (x: string, inputs: number, outputs: number): string =>
    graph.add("MatMul", [x, weights("matrix", [inputs, outputs], Math.sqrt(3 / inputs))]);
  const linear = (x: string, inputs: number, outputs: number): string =>
    graph.add("Add", [weights("bias", [outputs], 0.2), product(x, inputs, outputs)]);
  const gelu = (x: string): string => {
    const risen = graph.add("Add", [graph.add("Erf", [graph.add("Div", [x, float(Math.SQRT2)])]), float(1)]);
    return graph.add("Mul", [graph.add("Mul", [x, risen]), float(0.5)]);
  };
  /** 1 / sqrt(side of a head), computed from its shape as scaled_dot_product_attention is exported. */
  const scaleOf = (queries: string): string => {
    if (photos === "one") return float(Math.sqrt(1 / Math.sqrt(width / heads)));
    const side = graph.add("Slice", [graph.add("Shape", [queries]), ints(-1), ints(2 ** 31 - 1)]);
    const root = graph.add("Sqrt", [graph.add("Cast", [side], { to: DataType.FLOAT })]);
    return graph.add("Sqrt", [graph.add("Div", [graph.constant(named(), [1], Float32Array.of(1)), root])]);
  };
  const attention = (x: string): string => {
    const all = reshaped(product(x, width, 3 * width), tokens + 1, 3, heads, width / heads);
    const apart = turned(all, 2, 0, 3, 1, 4);
    const [queries, keys, values] = [0, 1, 2].map((which) => graph.add("Gather", [apart, index(which)], { axis: 0 }));
    const scale = scaleOf(queries!);
    const scores = graph.add("MatMul", [
      graph.add("Mul", [queries!, scale]),
      graph.add("Mul", [turned(keys!, 0, 1, 3, 2), scale]),
    ]);
    const seen = graph.add("MatMul", [graph.add("Softmax", [scores], { axis: -1 }), values!]);
    return linear(reshaped(turned(seen, 0, 2, 1, 3), tokens + 1, width), width, width);
  };

  const patches = graph.conv("image", width, { kernel: patch, stride: patch, pads: [0, 0, 0, 0] });
  const sequence = turned(reshaped(patches, width, -1), 0, 2, 1);
  const token = weights("class_token", [1, 1, width], 1);
  const tokenOfEach = photos === "one" ? token : graph.add("Expand", [token, shape(1, width)]);
  const placed = graph.add("Concat", [tokenOfEach, sequence], { axis: 1 });
  let x = graph.add("Add", [placed, weights("positions", [1, tokens + 1, width], 0.5)]);
  for (let block = 0; block < 2; block++) {
    x = graph.add("Add", [x, attention(normalised(x))]);
    x = graph.add("Add", [x, linear(gelu(linear(normalised(x), width, 2 * width)), 2 * width, width)]);
  }
  const first = graph.add("Gather", [normalised(x), index(0)], { axis: 1 }, width);
  graph.output(graph.gemm(first, classes), "logits");
  return graph.build();
};
