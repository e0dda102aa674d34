/** A node with weights, read for quantization: which axis its output channels lie along, which input each weight meets. */
import type { NodeProto, TensorProto } from "../../shared/onnx/model.ts";
import { describeNode, integer } from "../../shared/onnx/node.ts";
import { dimsOf, readFloats } from "../../shared/onnx/tensor.ts";
import { type Layout, layoutOf } from "./weights.ts";

export interface Layer {
  node: NodeProto;
  /** Names of its constants. */
  weights: string;
  bias: string | undefined;
  dims: number[];
  axis: number;
  layout: Layout;
  numbers: Float32Array;
  /** One per output channel; zeros where the node has none. */
  biases: Float32Array;
  /** The input channel that the weight at an index multiplies. */
  inputOf(index: number): number;
}

/** @throws Error naming a node whose weights have a shape that is not supported */
export const readLayer = (node: NodeProto, constants: ReadonlyMap<string, TensorProto>): Layer => {
  const weights = constants.get(node.input[1]!)!;
  const dims = dimsOf(weights);
  const conv = node.opType === "Conv";
  if (!conv && dims.length !== 2)
    throw new Error(
      `${describeNode(node)} has weights of shape [${dims}]; only matrices can be quantized: export it as Gemm`,
    );
  const axis = conv || integer(node, "transB", 0) === 1 ? 0 : 1;
  const layout = layoutOf(dims, axis);
  const bias = node.input[2] || undefined;
  const stored = bias === undefined ? undefined : constants.get(bias);
  return {
    node,
    weights: weights.name,
    bias,
    dims,
    axis,
    layout,
    numbers: readFloats(weights),
    biases: stored ? readFloats(stored) : new Float32Array(layout.channels),
    inputOf: conv
      ? convolutionInput(node, dims)
      : (index) => (axis === 0 ? index % dims[1]! : Math.floor(index / dims[1]!)),
  };
};

/** Weights are outputs x (inputs of one group) x kernel. */
const convolutionInput = (node: NodeProto, [outputs = 1, inputs = 1, ...kernel]: readonly number[]) => {
  const area = kernel.reduce((product, side) => product * side, 1);
  const outputsOfGroup = outputs / integer(node, "group", 1);
  return (index: number): number => {
    const position = Math.floor(index / area);
    const group = Math.floor(Math.floor(position / inputs) / outputsOfGroup);
    return group * inputs + (position % inputs);
  };
};
