/** Whether a graph in int8, as ONNX Runtime has fused it, is integers from the photo to the logits. */
import { expect } from "vitest";
import type { Model } from "../../../shared/onnx/model.ts";

export const countOperators = ({ graph }: Model): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { opType } of graph.node) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
};

/** The photo is made integers once, the logits floats once; in between nothing goes to float and back. */
export const expectFused = (counts: Record<string, number>, convolutions: number): void => {
  expect(counts).toMatchObject({ QLinearConv: convolutions, QuantizeLinear: 1, DequantizeLinear: 1 });
  const integer = /^(QLinear|QGemm$|MaxPool$|Flatten$|Reshape$|QuantizeLinear$|DequantizeLinear$)/;
  expect(Object.keys(counts).filter((kind) => !integer.test(kind))).toEqual([]);
};
