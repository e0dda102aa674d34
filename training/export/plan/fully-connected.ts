/** Matrices as convolutions: a vector is met by a kernel of 1 x 1, a flattened map by one of its own size. */
import type { Window } from "../../../shared/engine/lean/operators.ts";
import type { TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { float, integer } from "../../../shared/onnx/node.ts";
import type { Draft } from "./draft.ts";
import { uncovered } from "./no-plan.ts";

export const windowOver = ({ tensors }: Draft, input: TensorIndex): Window => {
  const { height, width } = tensors[input]!;
  return { kernel: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
};

/** Weights are inputs x outputs where they are not stored transposed. */
export const outputsFirst = <W extends Int8Array | Float32Array>(
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

export const checkGemm = (node: NodeProto): void => {
  if (integer(node, "transA", 0) !== 0) throw uncovered(node, "transA");
  for (const factor of ["alpha", "beta"])
    if ((float(node, factor) ?? 1) !== 1) throw uncovered(node, `${factor} other than 1`);
};

/** Whether weights are outputs x inputs. */
export const isTransposed = (node: NodeProto): boolean => integer(node, "transB", 0) === 1;
