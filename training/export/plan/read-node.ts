/** What an operator's node says: its quantization, its constants, its window. */
import type { Window } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer, integers, text } from "../../../shared/onnx/node.ts";
import { DataType, dimsOf, readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import type { Draft, Quantization, Shape } from "./draft.ts";
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

/** @param kernel where the node does not say: the weights' */
export const windowOf = (node: NodeProto, kernel?: readonly number[]): Window => {
  const sides = integers(node, "kernel_shape") ?? kernel ?? [];
  if (sides.length !== 2) throw uncovered(node, `a window of ${sides.length} dimensions`);
  const padding = text(node, "auto_pad") ?? "NOTSET";
  if (padding !== "NOTSET" && padding !== "VALID") throw uncovered(node, `auto_pad ${padding}`);
  const pair = (name: string) => (integers(node, name) ?? [1, 1]) as [number, number];
  return {
    kernel: sides as [number, number],
    strides: pair("strides"),
    dilations: pair("dilations"),
    pads: (integers(node, "pads") ?? [0, 0, 0, 0]) as [number, number, number, number],
  };
};

/** Height and width of what a window makes of a map. */
export const windowed = ({ height, width }: Shape, { kernel, strides, dilations, pads }: Window) => {
  const places = (size: number, axis: 0 | 1): number =>
    Math.floor((size + pads[axis] + pads[axis + 2]! - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1;
  return { height: places(height, 0), width: places(width, 1) };
};

/** With `ceil_mode` the last window may begin inside and end outside: as much is padded at the end. */
export const withCeiling = (node: NodeProto, input: Shape, window: Window): Window => {
  if (integer(node, "ceil_mode", 0) === 0) return window;
  const { kernel, strides, dilations, pads } = window;
  const lacking = (size: number, axis: 0 | 1): number => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    const steps = Math.ceil((size + pads[axis] + pads[axis + 2]! - reach) / strides[axis]);
    // a window that would begin in the padding at the end is left out
    const begins = steps * strides[axis] < size + pads[axis] ? steps : steps - 1;
    return Math.max(0, begins * strides[axis] + reach - size - pads[axis] - pads[axis + 2]!);
  };
  const [top, left, bottom, right] = pads;
  return { ...window, pads: [top, left, bottom + lacking(input.height, 0), right + lacking(input.width, 1)] };
};
