/**
 * How many weights a layer has, and those of float32 layers that are stored in int8: they are widened once, at load, into
 * memory behind the arena, since their kernels read float32.
 */
import type { Convolution, Depthwise, Operator } from "./operators.ts";
import { depthOf, panelOutputs } from "./pack.ts";
import { type Plan, roundUp } from "./plan.ts";

type Layer = Convolution | Depthwise;

/** As they are packed, padding included. */
export interface PackedWeights {
  /** Numbers for each output channel. */
  depth: number;
  /** Output channels, rounded up. */
  outputs: number;
  /** Output channels whose numbers take turns. */
  lanes: 4 | 8;
}

export const packedWeights = (operator: Layer, { tensors }: Plan): PackedWeights => {
  const [input, output] = [tensors[operator.input]!, tensors[operator.output]!];
  const [rows, columns] = operator.window.kernel;
  if (operator.op === "depthwise") {
    const depth = roundUp(rows, output.type === "u8" ? 2 : 1) * columns;
    return { depth, outputs: roundUp(output.channels, 8), lanes: 4 };
  }
  const { groups, window } = operator;
  const outputs = groups * panelOutputs(output.channels, groups);
  return { depth: depthOf(input.channels / groups, window.kernel), outputs, lanes: 8 };
};

/** Whether the weights of a layer in float32 are int8, times a scale for each output. */
export const hasNarrowWeights = (operator: Operator, { tensors }: Plan): operator is Layer =>
  (operator.op === "conv" || operator.op === "depthwise") &&
  tensors[operator.output]!.type === "f32" &&
  operator.multipliers !== 0;

/** Bytes that a layer's widened weights take; 0 where there is nothing to widen. */
export const widenedBytes = (operator: Operator, plan: Plan): number => {
  if (!hasNarrowWeights(operator, plan)) return 0;
  const { depth, outputs } = packedWeights(operator, plan);
  return depth * outputs * 4;
};

/** Bytes that a plan needs beside its own and its scratch memory: arena and widened weights. */
export const memoryOf = (plan: Plan): number =>
  plan.operators.reduce((sum, operator) => sum + widenedBytes(operator, plan), plan.arena);

/** Writes a layer's widened weights. */
export const widen = (operator: Layer, plan: Plan, to: Float32Array): void => {
  const { depth, outputs, lanes } = packedWeights(operator, plan);
  const { buffer, byteOffset } = plan.constants;
  const narrow = new Int8Array(buffer, byteOffset + operator.weights, depth * outputs);
  const scales = new Float32Array(
    plan.constants.slice(operator.multipliers, operator.multipliers + outputs * 4).buffer,
  );
  for (let first = 0, i = 0; first < outputs; first += lanes)
    for (let k = 0; k < depth; k++)
      for (let lane = 0; lane < lanes; lane++, i++) to[i] = narrow[i]! * scales[first + lane]!;
};
