/** Shape arithmetic (Shape, Gather, Concat, Reshape …) of exported graphs, computed in plain numbers. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer } from "../../../shared/onnx/node.ts";
import { sizeOf } from "./dims.ts";
import { type Known, type KnownOperator, list } from "./known.ts";
import { knownArithmetic } from "./known-arithmetic.ts";
import { knownRearranging } from "./known-rearranging.ts";
import { fromFront } from "./operator.ts";

/** Operators whose answer is known as soon as the shape of their input is. */
export const shapeOperators: Readonly<Record<string, ShapeOperator>> = {
  Size: { compute: (shape) => ({ numbers: [sizeOf(shape)], dims: [], kind: "int32" }) },
  Shape: {
    attributes: ["start", "end"],
    compute(shape, node) {
      const within = (at: number) => Math.min(Math.max(fromFront(at, shape.length), 0), shape.length);
      return list(shape.slice(within(integer(node, "start", 0)), within(integer(node, "end", shape.length))));
    },
  },
};

interface ShapeOperator {
  attributes?: readonly string[];
  compute(shape: readonly number[], node: NodeProto): Known;
}

export const knownOperators: Readonly<Record<string, KnownOperator>> = { ...knownArithmetic, ...knownRearranging };
