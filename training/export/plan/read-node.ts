/** What an operator's node says: its quantization and its constants. */

import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer } from "../../../shared/onnx/node.ts";
import { DataType, dimsOf, readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import type { Draft, Quantization } from "./draft.ts";
import { uncovered } from "./no-plan.ts";

/** The constant float numbers of an input. @throws NoPlanError where it is computed */
export const floatsAt = ({ stored }: Draft, node: NodeProto, position: number): Float32Array => {
  const found = stored.get(node.input[position] ?? "");
  if (!found) throw uncovered(node, `input ${position} is no constant`);
  return readFloats(found);
};

/** The scale and zero point at two inputs of a node, one behind the other. */
export const quantizationAt = (draft: Draft, node: NodeProto, position: number): Quantization => {
  const scales = floatsAt(draft, node, position);
  const zero = draft.stored.get(node.input[position + 1] ?? "");
  if (scales.length !== 1 || !zero) throw uncovered(node, "activations with a scale per channel, or no zero point");
  if (zero.dataType !== DataType.UINT8) throw uncovered(node, "activations that are not uint8");
  return { scale: scales[0]!, zero: readIntegers(zero)[0]! };
};

export interface Weights<Values = Int8Array | Float32Array> {
  dims: number[];
  values: Values;
  /** Of int8: one per output channel, or one for all. */
  scales: Float32Array;
}

/** Int8 weights, their scales and zero points at three inputs of a node. @throws NoPlanError for others */
export const weightsAt = (draft: Draft, node: NodeProto, position: number): Weights<Int8Array> => {
  const [values, , zeros] = [0, 1, 2].map((place) => draft.stored.get(node.input[position + place] ?? ""));
  if (!values || values.dataType !== DataType.INT8) throw uncovered(node, "weights that are no int8 constant");
  if (zeros?.rawData.some((zero) => zero !== 0)) throw uncovered(node, "weights with a zero point");
  return {
    dims: dimsOf(values),
    values: new Int8Array(Uint8Array.from(values.rawData).buffer),
    scales: floatsAt(draft, node, position + 1),
  };
};

/**
 * The weights of a float layer, its second input: float constants, or int8 ones behind a DequantizeLinear.
 *
 * @param axis of its output channels
 */
export const weightsOf = (draft: Draft, node: NodeProto, axis: number): Weights => {
  const name = node.input[1]!;
  const stored = draft.stored.get(name);
  if (stored) return { dims: dimsOf(stored), values: readFloats(stored), scales: new Float32Array() };
  const dequantized = draft.producers.get(name);
  if (!dequantized || !isStoredDequantized(draft, dequantized)) throw uncovered(node, "weights that are no constant");
  const weights = weightsAt(draft, dequantized, 0);
  if (weights.scales.length > 1 && integer(dequantized, "axis", 1) !== axis)
    throw uncovered(node, "weights with scales along another axis than their outputs");
  return weights;
};

/** Whether the node makes float numbers of a constant: layers read it where they need it. */
export const isStoredDequantized = ({ stored }: Draft, { opType, input }: NodeProto): boolean =>
  opType === "DequantizeLinear" && stored.has(input[0]!);

/** Int32 numbers of an optional input; zeros without it. */
export const biasAt = ({ stored }: Draft, node: NodeProto, position: number, outputs: number): Int32Array => {
  const name = node.input[position];
  if (!name) return new Int32Array(outputs);
  const found = stored.get(name);
  if (!found) throw uncovered(node, "a bias that is no constant");
  return Int32Array.from(readIntegers(found));
};
