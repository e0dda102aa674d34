/** How long an operator takes, in multiplications of a convolution: a bound, for judging plans. */
import { depthOf, panelOutputs } from "./pack.ts";
import type { Operator, Plan, PlanTensor } from "./plan.ts";

/** An exponential takes about as long as this many multiplications in a tile. */
const exponential = 200;

export const workOf = (operator: Operator, { tensors }: Plan): number => {
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

/** Channels that kernels walk, eight at a time. */
const countOf = ({ channels, height, width }: PlanTensor): number => (channels + 7) * height * width;
