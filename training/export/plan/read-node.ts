/** What an operator's node says: its quantization and its constants. */

import type { NodeProto } from "../../../shared/onnx/model.ts";
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

export interface Weights {
  dims: number[];
  values: Int8Array;
  /** One per output channel, or one for all. */
  scales: Float32Array;
}

/** Int8 weights, their scales and zero points at three inputs of a node. @throws NoPlanError for others */
export const weightsAt = (draft: Draft, node: NodeProto, position: number): Weights => {
  const [values, , zeros] = [0, 1, 2].map((place) => draft.stored.get(node.input[position + place] ?? ""));
  if (!values || values.dataType !== DataType.INT8) throw uncovered(node, "weights that are no int8 constant");
  if (zeros?.rawData.some((zero) => zero !== 0)) throw uncovered(node, "weights with a zero point");
  return {
    dims: dimsOf(values),
    values: new Int8Array(Uint8Array.from(values.rawData).buffer),
    scales: floatsAt(draft, node, position + 1),
  };
};

/** Int32 numbers of an optional input; zeros without it. */
export const biasAt = ({ stored }: Draft, node: NodeProto, position: number, outputs: number): Int32Array => {
  const name = node.input[position];
  if (!name) return new Int32Array(outputs);
  const found = stored.get(name);
  if (!found) throw uncovered(node, "a bias that is no constant");
  return Int32Array.from(readIntegers(found));
};
