/**
 * Numbers that are known without looking at a tensor: constants, and what exported graphs compute from shapes. They are held
 * in plain numbers, so that no shape waits for a device.
 */
import type { Tensor } from "@tensorflow/tfjs";
import type { NodeProto, TensorProto } from "../../../shared/onnx/model.ts";
import { DataType, dimsOf, readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import type { TensorFlow } from "../../head/tensorflow.ts";
import { sizeOf } from "./dims.ts";

export interface Known {
  numbers: readonly number[];
  dims: readonly number[];
  kind: "int32" | "float32" | "bool";
}

/** Floats beyond this many are weights, and computed as tensors. */
const mostFloats = 8;

export const floats = new Set<DataType>([DataType.FLOAT, DataType.FLOAT16, DataType.DOUBLE]);

/** What a constant says, where it is of the kind that shapes are made of: few numbers, along one axis at most. */
export const readKnown = (stored: TensorProto): Known | undefined => {
  const dims = dimsOf(stored);
  if (dims.length > 1) return undefined;
  const type = stored.dataType as DataType;
  if (!floats.has(type))
    return { numbers: readIntegers(stored), dims, kind: type === DataType.BOOL ? "bool" : "int32" };
  if ((dims[0] ?? 1) > mostFloats) return undefined;
  return { numbers: [...readFloats(stored)], dims, kind: "float32" };
};

export const toTensor = (tf: TensorFlow, { numbers, dims, kind }: Known): Tensor =>
  tf.tensor([...numbers], [...dims], kind);

export const list = (numbers: readonly number[], kind: Known["kind"] = "int32"): Known => ({
  numbers,
  dims: [numbers.length],
  kind,
});

/** An operator computed in plain numbers. */
export interface KnownOperator {
  attributes?: readonly string[];
  compute(inputs: readonly (Known | undefined)[], node: NodeProto): Known | readonly Known[];
}

/** `known` with each of its numbers where broadcasting to `dims` puts it. */
export const spread = (known: Known, dims: readonly number[]): number[] =>
  Array.from({ length: sizeOf(dims) }, (_, index) => {
    let [at, rest, step] = [0, index, 1];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const own = known.dims[axis - dims.length + known.dims.length] ?? 1;
      at += (own === 1 ? 0 : rest % dims[axis]!) * step;
      rest = Math.floor(rest / dims[axis]!);
      step *= own;
    }
    return known.numbers[at]!;
  });
