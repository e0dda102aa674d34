/**
 * A convolution's gradients, which are convolutions: of the output's gradient, its strides filled up with zeros, with the
 * filter turned round; and of the input with the output's gradient as the filter, photos in the place of channels.
 * Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4 (arXiv:1603.07285).
 */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Pair, Window } from "./gradients.ts";
import { stretched } from "./stretched.ts";

export const slide = (tf: TensorFlow, x: Tensor4D, filter: Tensor4D, { strides, dilations, pads }: Window): Tensor4D =>
  tf.conv2d(x, filter, [...strides], explicit(pads), "NHWC", [...dilations]);

export const explicit = ([rows, columns]: Window["pads"]): [Two, Two, Two, Two] => [
  [0, 0],
  [...rows],
  [...columns],
  [0, 0],
];
type Two = [number, number];

/** What a gradient is made of: the output's gradient, and what went in. */
export interface Backward {
  tf: TensorFlow;
  dy: Tensor4D;
  x: Tensor4D;
  filter: Tensor4D;
  window: Window;
}

export const convolutionInputGradient = (given: Backward): Tensor4D => {
  const { tf, filter, window } = given;
  const turned = filter.reverse([0, 1]).transpose<Tensor4D>([0, 1, 3, 2]);
  const { image, borders } = spreadOut(given);
  return slide(tf, image, turned, { ...window, strides: [1, 1], pads: borders });
};

/**
 * The output's gradient laid where the filter stood, and the zeros around it that a turned filter needs to give a gradient
 * for each place of the input.
 */
export const spreadOut = ({
  dy,
  x,
  filter,
  window,
}: Omit<Backward, "tf">): { image: Tensor4D; borders: readonly [Pair, Pair] } => {
  const { strides, dilations, pads } = window;
  let image = stretched(dy, 1, strides);
  const borders = [0, 1].map((place): Pair => {
    const [before, after] = pads[place]!;
    const reach = dilations[place]! * (filter.shape[place]! - 1);
    const padded = x.shape[place + 1]! + before + after;
    // Rows at the end that no window reached
    const left = padded - (image.shape[place + 1]! + reach);
    return [reach - before, reach + left - after];
  });
  // Padded further than the filter reaches: those places saw zeros only
  const cut = borders.map((sides) => sides.map((side) => Math.max(0, -side)));
  if (cut.flat().some((side) => side > 0)) {
    const [rows, columns] = cut as [number[], number[]];
    const [photos, height, width, channels] = image.shape;
    image = image.slice(
      [0, rows[0]!, columns[0]!, 0],
      [photos, height - rows[0]! - rows[1]!, width - columns[0]! - columns[1]!, channels],
    );
  }
  const [rows, columns] = borders.map(([low, high]): Pair => [Math.max(0, low), Math.max(0, high)]);
  return { image, borders: [rows!, columns!] };
};

export const convolutionFilterGradient = ({ tf, dy, x, filter, window }: Backward): Tensor4D => {
  const { strides, dilations, pads } = window;
  const [height, width, inputs, outputs] = filter.shape;
  const still = [...strides, ...pads.flat()].every((number, place) => number === (place < 2 ? 1 : 0));
  if (height * width === 1 && still) {
    const pixels = tf.transpose(x.reshape([-1, inputs]));
    return tf.matMul(pixels, dy.reshape([-1, outputs])).reshape(filter.shape);
  }
  const found = slide(tf, x.transpose<Tensor4D>([3, 1, 2, 0]), dy.transpose<Tensor4D>([1, 2, 0, 3]), {
    strides: dilations,
    dilations: strides,
    pads,
  });
  return found.slice([0, 0, 0, 0], [inputs, height, width, outputs]).transpose<Tensor4D>([1, 2, 0, 3]);
};
