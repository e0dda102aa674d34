/** What a sliding window needs of the maps that it reads and makes. */
import type { Window } from "./operators.ts";
import type { PlanTensor } from "./plan.ts";

const mostKernel = 1024;
/** As long as the longest side of a map: no window covers more, or its pads would. */
const mostStep = 65_536;

/**
 * @param rounding of the output's size: "either" where a pool may have ONNX' ceil_mode
 * @param need refuses the plan where its first argument is false
 */
export const checkWindow = (
  { kernel, strides, dilations, pads }: Window,
  input: PlanTensor,
  output: PlanTensor,
  rounding: "floor" | "either",
  need: (holds: boolean, otherwise: string) => void,
): void => {
  for (const axis of [0, 1] as const) {
    const [side, made] = axis === 0 ? [input.height, output.height] : [input.width, output.width];
    const [before, after] = [pads[axis], pads[axis === 0 ? 2 : 3]];
    const numbers = [kernel[axis], strides[axis], dilations[axis]];
    const inRange = numbers.every((number) => number >= 1 && number <= mostStep) && kernel[axis] <= mostKernel;
    need(inRange, `kernel, stride and dilation ${numbers}`);
    const covered = dilations[axis] * (kernel[axis] - 1) + 1;
    need(covered <= mostStep, `a window of ${covered}`);
    need(Math.max(before, after) < covered, `pads of ${before} and ${after} round a window of ${covered}`);
    const steps = (side + before + after - covered) / strides[axis];
    const fits = made === Math.floor(steps) + 1 || (rounding === "either" && made === Math.ceil(steps) + 1);
    need(steps >= 0 && fits, `a side of ${made} made of ${side}`);
    need((made - 1) * strides[axis] - before < side, "its last window lies beyond its input");
  }
};
