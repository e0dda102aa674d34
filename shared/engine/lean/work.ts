/** How long an operator takes, in multiplications of a convolution: a bound, for judging plans. */

import type { Depthwise, Operator } from "./operators.ts";
import { depthOf, panelOutputs } from "./pack.ts";
import type { Plan, PlanTensor } from "./plan.ts";
import { depthwiseScratch } from "./scratch.ts";

/** An exponential takes about as long as this many multiplications in a tile. */
const exponential = 200;

export const workOf = (operator: Operator, plan: Plan): number => {
  const { tensors } = plan;
  const output = tensors[operator.output]!;
  const numbers = countOf(output);
  switch (operator.op) {
    case "conv": {
      const input = tensors[operator.input]!;
      const { window, groups } = operator;
      const depth = depthOf(input.channels / groups, window.kernel);
      const pixels = output.height * output.width + 3;
      // packing a panel of pixels takes as long as the products with eight outputs
      return pixels * depth * groups * (panelOutputs(output.channels, groups) + 8);
    }
    case "depthwise":
      return 8 * (ringNumbers(operator, plan) + numbers * (1 + areaOf(operator.window.kernel)));
    case "maxPool":
    case "averagePool":
      return 8 * (numbers + countOf(tensors[operator.input]!)) * (1 + areaOf(operator.window.kernel));
    case "globalAverage":
    case "logSumExp":
      return exponential * countOf(tensors[operator.input]!);
    case "concat":
      return 8 * countOf(tensors[operator.input]!);
    case "sigmoid":
    case "tanh":
    case "softmax":
      return exponential * numbers;
    default:
      return 8 * numbers;
  }
};

const areaOf = ([rows, columns]: readonly [number, number]): number => rows * columns;

/** What is widened into the ring: each padded row that a step of a window begins at, once, be it all pads. */
const ringNumbers = (operator: Depthwise, plan: Plan): number => {
  const { slots, steps, rowPixels } = depthwiseScratch(operator, plan);
  const { channels, height } = plan.tensors[operator.output]!;
  const rows = Math.min(height * steps, (height - 1) * operator.window.strides[0] + slots);
  return countOf({ channels, height: rows, width: rowPixels });
};

/** Channels that kernels walk, eight at a time. */
const countOf = ({ channels, height, width }: Pick<PlanTensor, "channels" | "height" | "width">): number =>
  (channels + 7) * height * width;
