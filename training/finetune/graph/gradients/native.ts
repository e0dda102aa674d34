/** TensorFlow.js' own gradients. They know neither explicit padding nor dilation, so both are made plain first. */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import { clamped } from "./clamp.ts";
import type { Gradients, Layer } from "./gradients.ts";
import { padded } from "./padded.ts";
import { stretched } from "./stretched.ts";

export const nativeGradients = (tf: TensorFlow): Gradients => {
  /** Image, filter and strides without either. */
  const plain = ({ x, filter, window }: Layer): [Tensor4D, Tensor4D, [number, number]] => [
    padded(x.tensor, window.pads),
    stretched(filter.tensor, window.dilations),
    [...window.strides],
  ];
  const biased = (y: Tensor4D, { bias }: Layer): Tensor4D => (bias ? y.add(bias.tensor) : y);
  return {
    convolution: (layer) => biased(tf.conv2d(...plain(layer), "valid"), layer),
    depthwise: (layer) => biased(tf.depthwiseConv2d(...plain(layer), "valid"), layer),
    maxPool: (x, kernel, strides) => tf.maxPool(x.tensor, [...kernel], [...strides], "valid"),
    product: (left, right): Tensor => tf.matMul(left.tensor, right.tensor),
    clamp: (x, low, high) => clamped(tf, x.tensor, low, high),
  };
};
