/** Convolutions and fully connected layers, in int8 and in float. */
import {
  packChannels,
  packConvolution,
  packDepthwise,
  requantizationScales,
} from "../../../shared/engine/lean/pack.ts";
import type { TensorIndex, Window } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { float, integer } from "../../../shared/onnx/node.ts";
import { dimsOf } from "../../../shared/onnx/tensor.ts";
import { compute, computeQuantized } from "./compute.ts";
import { addTensor, type Draft, isVector, type Quantization, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { biasAt, floatsAt, quantizationAt, type Weights, weightsAt, windowed, windowOf } from "./read-node.ts";

/** Weights in ONNX' order, outputs x inputs of a group x rows x columns, and a bias for each output. */
interface Numbers {
  weights: Int8Array | Float32Array;
  bias: Int32Array | Float32Array;
  /** Of int8 layers. */
  multipliers?: Float32Array;
}

const pointwise: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

const addLayer = (
  draft: Draft,
  node: NodeProto,
  layer: {
    input: TensorIndex;
    outputs: number;
    groups: number;
    window: Window;
    numbers: Numbers;
    quantization?: Quantization;
    flat?: boolean;
  },
): void => {
  const { input, outputs, groups, window, numbers, quantization, flat } = layer;
  const { channels, ...map } = draft.tensors[input]!;
  const inputs = channels / groups;
  const [rows, columns] = window.kernel;
  if (numbers.weights.length !== outputs * inputs * rows * columns)
    throw uncovered(node, `${numbers.weights.length} weights for ${outputs} x ${inputs} x ${rows} x ${columns}`);
  const output = addTensor(draft, { channels: outputs, ...windowed({ channels, ...map }, window) }, quantization);
  const depthwise = groups > 1 && groups === channels && groups === outputs;
  const packed = depthwise
    ? packDepthwise(numbers.weights, channels, window.kernel)
    : packConvolution({ weights: numbers.weights, outputs, inputs, kernel: window.kernel, groups });
  const perChannel = (values: Int32Array | Float32Array) =>
    draft.constants.add(packChannels(values, depthwise ? 1 : groups));
  const operator = {
    input,
    output,
    window,
    weights: draft.constants.add(packed),
    bias: perChannel(numbers.bias),
    multipliers: numbers.multipliers ? perChannel(numbers.multipliers) : 0,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  draft.operators.push(depthwise ? { op: "depthwise", ...operator } : { op: "conv", ...operator, groups });
  setComputed(draft, node.output[0]!, output, flat);
};

const quantizedNumbers = (
  draft: Draft,
  input: TensorIndex,
  { values, scales }: Weights,
  bias: Int32Array,
  { scale }: Quantization,
): Numbers => ({
  weights: values,
  bias,
  multipliers: requantizationScales(draft.tensors[input]!.scale, scales, scale, bias.length),
});

/** Inputs: x, scale, zero; weights, scale, zero; output's scale, zero; bias. */
export const addQLinearConv = async (draft: Draft, node: NodeProto): Promise<void> => {
  const input = await computeQuantized(draft, node, 0);
  const weights = weightsAt(draft, node, 3);
  const [outputs = 0, , ...kernel] = weights.dims;
  const quantization = quantizationAt(draft, node, 6);
  const bias = biasAt(draft, node, 8, outputs);
  addLayer(draft, node, {
    input,
    outputs,
    groups: integer(node, "group", 1),
    window: windowOf(node, kernel),
    numbers: quantizedNumbers(draft, input, weights, bias, quantization),
    quantization,
  });
};

export const addConv = async (draft: Draft, node: NodeProto): Promise<void> => {
  const weights = draft.stored.get(node.input[1]!);
  if (!weights) throw uncovered(node, "weights that are no float constant");
  const [outputs = 0, , ...kernel] = dimsOf(weights);
  addLayer(draft, node, {
    input: await compute(draft, node, 0),
    outputs,
    groups: integer(node, "group", 1),
    window: windowOf(node, kernel),
    numbers: {
      weights: floatsAt(draft, node, 1),
      bias: node.input[2] ? floatsAt(draft, node, 2) : new Float32Array(outputs),
    },
  });
};

/** A flattened map is met by a kernel of its own size. */
const windowOver = ({ tensors }: Draft, input: TensorIndex): Window => {
  const { height, width } = tensors[input]!;
  return { ...pointwise, kernel: [height, width] };
};

/** Weights are inputs x outputs where they are not stored transposed. */
const outputsFirst = <W extends Int8Array | Float32Array>(
  weights: W,
  dims: readonly number[],
  transposed: boolean,
): W => {
  if (transposed) return weights;
  const [inputs = 0, outputs = 0] = dims;
  const turned = weights.slice() as W;
  for (let input = 0; input < inputs; input++)
    for (let output = 0; output < outputs; output++)
      turned[output * inputs + input] = weights[input * outputs + output]!;
  return turned;
};

const checkGemm = (node: NodeProto): void => {
  if (integer(node, "transA", 0) !== 0) throw uncovered(node, "transA");
  for (const factor of ["alpha", "beta"])
    if ((float(node, factor) ?? 1) !== 1) throw uncovered(node, `${factor} other than 1`);
};

/** Inputs: A, scale, zero; B, scale, zero; bias; output's scale, zero. */
export const addQGemm = async (draft: Draft, node: NodeProto): Promise<void> => {
  checkGemm(node);
  const input = await computeQuantized(draft, node, 0, "flat");
  const transposed = integer(node, "transB", 0) === 1;
  const weights = weightsAt(draft, node, 3);
  const outputs = weights.dims[transposed ? 0 : 1]!;
  const quantization = quantizationAt(draft, node, 7);
  const turned = { ...weights, values: outputsFirst(weights.values, weights.dims, transposed) };
  addLayer(draft, node, {
    input,
    outputs,
    groups: 1,
    window: windowOver(draft, input),
    numbers: quantizedNumbers(draft, input, turned, biasAt(draft, node, 6, outputs), quantization),
    quantization,
    flat: true,
  });
};

/** MatMul by constant weights is a Gemm without a bias. */
export const addGemm = async (draft: Draft, node: NodeProto): Promise<void> => {
  checkGemm(node);
  const weights = draft.stored.get(node.input[1]!);
  if (weights?.dims.length !== 2) throw uncovered(node, "weights that are no constant matrix");
  const dims = dimsOf(weights);
  const transposed = integer(node, "transB", 0) === 1;
  const outputs = dims[transposed ? 0 : 1]!;
  const input = await compute(draft, node, 0, "flat");
  if (node.opType === "MatMul" && !isVector(draft.tensors[input]!)) throw uncovered(node, "a product of maps");
  addLayer(draft, node, {
    input,
    outputs,
    groups: 1,
    window: windowOver(draft, input),
    numbers: {
      weights: outputsFirst(floatsAt(draft, node, 1), dims, transposed),
      bias: node.input[2] ? floatsAt(draft, node, 2) : new Float32Array(outputs),
    },
    flat: true,
  });
};
