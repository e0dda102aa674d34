/** Windows that take the largest or the mean, and means over the whole map. */

import type { TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer, integers } from "../../../shared/onnx/node.ts";
import { readIntegers } from "../../../shared/onnx/tensor.ts";
import { compute, computeQuantized } from "./compute.ts";
import { addTensor, type Draft, type Quantization, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { quantizationAt } from "./read-node.ts";
import { windowed, windowOf, withCeiling } from "./window.ts";

/** A uint8 maximum has its input's scale: ONNX Runtime pools such tensors without dequantizing them. */
export const addMaxPool = async (draft: Draft, node: NodeProto): Promise<void> => {
  const input = await compute(draft, node, 0);
  const shape = draft.tensors[input]!;
  const window = withCeiling(node, shape, windowOf(node, shape));
  const pooled = { channels: shape.channels, ...windowed(shape, window) };
  const output = addTensor(draft, pooled, shape.type === "u8" ? shape : undefined);
  draft.operators.push({ op: "maxPool", input, output, window });
  setComputed(draft, node.output[0]!, output);
};

const addAverage = (draft: Draft, node: NodeProto, input: TensorIndex, quantization?: Quantization): void => {
  if (integer(node, "channels_last", 0) !== 0) throw uncovered(node, "channels_last");
  const shape = draft.tensors[input]!;
  const plain = windowOf(node, shape);
  const window = withCeiling(node, shape, plain);
  const countPads = integer(node, "count_include_pad", 0) === 1;
  // ONNX Runtime counts the places that ceil_mode adds in integers alone
  if (!quantization && countPads && window.pads.join() !== plain.pads.join())
    throw uncovered(node, "ceil_mode with count_include_pad");
  const output = addTensor(draft, { channels: shape.channels, ...windowed(shape, window) }, quantization);
  draft.operators.push({ op: "averagePool", input, output, window, countPads });
  setComputed(draft, node.output[0]!, output);
};

export const addAveragePool = async (draft: Draft, node: NodeProto): Promise<void> =>
  addAverage(draft, node, await compute(draft, node, 0));

/** Inputs: x, scale, zero; output's scale, zero. */
export const addQLinearAveragePool = async (draft: Draft, node: NodeProto): Promise<void> =>
  addAverage(draft, node, await computeQuantized(draft, node, 0), quantizationAt(draft, node, 3));

const addGlobal = (
  draft: Draft,
  node: NodeProto,
  { input, quantization, flat = false }: { input: TensorIndex; quantization?: Quantization; flat?: boolean },
): void => {
  const { channels } = draft.tensors[input]!;
  const output = addTensor(draft, { channels, height: 1, width: 1 }, quantization);
  draft.operators.push({ op: "globalAverage", input, output });
  setComputed(draft, node.output[0]!, output, flat);
};

/** Inputs: x, scale, zero; output's scale, zero. */
export const addQLinearGlobalAveragePool = async (draft: Draft, node: NodeProto): Promise<void> => {
  if (integer(node, "channels_last", 0) !== 0) throw uncovered(node, "channels_last");
  addGlobal(draft, node, {
    input: await computeQuantized(draft, node, 0),
    quantization: quantizationAt(draft, node, 3),
  });
};

/** The float mean of a uint8 map is taken from its integers. */
const averaged = async (draft: Draft, node: NodeProto): Promise<TensorIndex> => {
  const producer = draft.producers.get(node.input[0]!);
  return producer?.opType === "DequantizeLinear" ? computeQuantized(draft, producer, 0) : compute(draft, node, 0);
};

export const addGlobalAveragePool = async (draft: Draft, node: NodeProto): Promise<void> =>
  addGlobal(draft, node, { input: await averaged(draft, node) });

/** Over height and width: a global average under another name. */
export const addReduceMean = async (draft: Draft, node: NodeProto): Promise<void> => {
  const constant = draft.stored.get(node.input[1] ?? "");
  const axes = (integers(node, "axes") ?? (constant ? readIntegers(constant) : [])).map((axis) => (axis + 4) % 4);
  if (axes.sort().join() !== "2,3") throw uncovered(node, `the mean over axes ${axes}`);
  addGlobal(draft, node, { input: await averaged(draft, node), flat: integer(node, "keepdims", 1) === 0 });
};
