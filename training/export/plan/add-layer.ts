/** A layer's operator, with its numbers packed for the kernels. */
import type { Window } from "../../../shared/engine/lean/operators.ts";
import { packChannels, packConvolution, packDepthwise } from "../../../shared/engine/lean/pack.ts";
import type { TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { addTensor, type Draft, type Quantization, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { windowed } from "./window.ts";

/** Weights in ONNX' order, outputs x inputs of a group x rows x columns; for each output a bias, and what else is wanted. */
export type Numbers =
  /** Of an int8 layer. */
  | { weights: Int8Array; bias: Int32Array; multipliers: Float32Array }
  /** Of a float32 layer. */
  | { weights: Float32Array; bias: Float32Array }
  /** Of a float32 layer whose weights are int8 times a scale for each output. */
  | { weights: Int8Array; bias: Float32Array; scales: Float32Array };

export interface Layer {
  input: TensorIndex;
  outputs: number;
  groups: number;
  window: Window;
  numbers: Numbers;
  /** Of an int8 layer's output. */
  quantization?: Quantization;
  flat?: boolean;
}

export const addLayer = (draft: Draft, node: NodeProto, layer: Layer): void => {
  const { input, outputs, groups, window, numbers, quantization, flat } = layer;
  const map = draft.tensors[input]!;
  const { channels } = map;
  const inputs = channels / groups;
  const [rows, columns] = window.kernel;
  if (numbers.weights.length !== outputs * inputs * rows * columns)
    throw uncovered(node, `${numbers.weights.length} weights for ${outputs} x ${inputs} x ${rows} x ${columns}`);
  const output = addTensor(draft, { channels: outputs, ...windowed(map, window) }, quantization);
  const depthwise = groups > 1 && groups === channels && groups === outputs;
  const pack = <W extends Int8Array | Float32Array>(weights: W): W =>
    depthwise
      ? packDepthwise(weights, channels, window.kernel)
      : packConvolution({ weights, outputs, inputs, kernel: window.kernel, groups });
  const perOutput = (values: Int32Array | Float32Array) =>
    draft.constants.add(packChannels(values, depthwise ? 1 : groups));
  // int8 weights of a float32 layer lie in the order of float32 ones
  const packed =
    "scales" in numbers
      ? Int8Array.from(pack(Float32Array.from(numbers.weights)))
      : pack<Int8Array | Float32Array>(numbers.weights);
  const multipliers = "scales" in numbers ? numbers.scales : "multipliers" in numbers ? numbers.multipliers : undefined;
  const operator = {
    ...{ input, output, window, weights: draft.constants.add(packed), bias: perOutput(numbers.bias) },
    multipliers: multipliers ? perOutput(multipliers) : 0,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  draft.operators.push(depthwise ? { op: "depthwise", ...operator } : { op: "conv", ...operator, groups });
  setComputed(draft, node.output[0]!, output, flat);
};
