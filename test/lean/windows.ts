/** Sliding windows of random size, step and pads that fit a map. */
import type { Window } from "../../shared/engine/lean/operators.ts";
import type { Dice } from "./dice.ts";
import type { Shape } from "./drafts.ts";

const windowFor = (dice: Dice, { height, width }: Shape, dilated: boolean): Window => {
  const axis = (side: number) => {
    const kernel = dice.oneOf([1, 2, 3, 3, 5, 7]);
    const dilation = dilated && dice.chance(0.2) ? 2 : 1;
    const covered = dilation * (kernel - 1) + 1;
    const least = Math.max(0, covered - side);
    // ONNX Runtime's pools want pads below the kernel
    const [before, after] = [dice.between(0, kernel - 1), dice.between(0, kernel - 1)];
    return {
      kernel,
      dilation,
      stride: dice.between(1, 3),
      before: Math.max(before, Math.min(least, kernel - 1)),
      after,
    };
  };
  const [y, x] = [axis(height), axis(width)];
  return {
    kernel: [y.kernel, x.kernel],
    strides: [y.stride, x.stride],
    dilations: [y.dilation, x.dilation],
    pads: [y.before, x.before, y.after, x.after],
  };
};

/** The map that a window makes. */
export const slid = (shape: Shape, { kernel, strides, dilations, pads }: Window, channels: number): Shape => {
  const side = (length: number, i: 0 | 1) =>
    Math.floor((length + pads[i] + pads[i === 0 ? 2 : 3] - dilations[i] * (kernel[i] - 1) - 1) / strides[i]) + 1;
  return { channels, height: side(shape.height, 0), width: side(shape.width, 1) };
};

/** Whether every window covers at least one number of the map. */
const meets = (shape: Shape, made: Shape, { strides, pads }: Window): boolean =>
  (made.height - 1) * strides[0] - pads[0] < shape.height && (made.width - 1) * strides[1] - pads[1] < shape.width;

/** ONNX' attributes. */
export const attributesOf = ({ kernel, strides, dilations, pads }: Window) => ({
  kernel_shape: kernel,
  ...{ strides, dilations, pads },
});

/** One that makes a map of at least one pixel. */
export const drawWindow = (dice: Dice, shape: Shape, { dilated = false } = {}): Window => {
  for (;;) {
    const window = windowFor(dice, shape, dilated);
    const made = slid(shape, window, 1);
    if (made.height >= 1 && made.width >= 1 && meets(shape, made, window)) return window;
  }
};
