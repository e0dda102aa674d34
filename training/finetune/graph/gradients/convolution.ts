/**
 * A convolution, and its gradients, which are convolutions: the filter's is one of the input with the output's gradient as the
 * filter, photos in the place of channels, strides and dilations changing places.
 */
import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Window } from "./gradients.ts";
import { type Backward, inputGradient } from "./input-gradient.ts";
import { allPads } from "./padded.ts";

export const slide = (
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  { strides, dilations, pads }: Window,
): Tensor4D =>
  tf.fused.conv2d({
    x,
    filter,
    ...(bias && { bias }),
    strides: [...strides],
    dilations: [...dilations],
    pad: allPads(pads),
  });

export const convolutionInputGradient = (given: Backward): Tensor4D => {
  const { dilations } = given.window;
  return inputGradient(given, {
    channels: given.x.shape[3],
    slide: (image, taps, pads) =>
      slide(given.tf, image, taps.transpose<Tensor4D>([0, 1, 3, 2]), undefined, { strides: [1, 1], dilations, pads }),
  });
};

export const convolutionFilterGradient = ({ tf, dy, x, filter, window }: Backward): Tensor4D => {
  const { strides, dilations, pads } = window;
  const [height, width, inputs, outputs] = filter.shape;
  const still = [...strides, ...pads.flat()].every((number, place) => number === (place < 2 ? 1 : 0));
  if (height * width === 1 && still) {
    const pixels = x.reshape<Tensor2D>([-1, inputs]);
    const given = dy.reshape<Tensor2D>([-1, outputs]);
    // WebAssembly copies the right one into another order before it multiplies: the smaller one
    const product =
      outputs <= inputs ? tf.matMul(pixels.transpose(), given) : tf.matMul(given.transpose(), pixels).transpose();
    return product.reshape(filter.shape);
  }
  const found = slide(tf, x.transpose<Tensor4D>([3, 1, 2, 0]), dy.transpose<Tensor4D>([1, 2, 0, 3]), undefined, {
    strides: dilations,
    dilations: strides,
    pads,
  });
  return found.slice([0, 0, 0, 0], [inputs, height, width, outputs]).transpose<Tensor4D>([1, 2, 0, 3]);
};
