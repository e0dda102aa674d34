/** TensorFlow.js' own gradients. They know neither explicit padding nor dilation, so both are made plain first. */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Gradients, Window } from "./gradients.ts";
import { largest } from "./max-pool.ts";
import { stretched } from "./stretched.ts";

export const nativeGradients = (tf: TensorFlow): Gradients => {
  const padded = (x: Tensor4D, { pads: [rows, columns] }: Window): Tensor4D =>
    [...rows, ...columns].some((pad) => pad > 0) ? x.pad([[0, 0], [...rows], [...columns], [0, 0]]) : x;
  return {
    convolution: (x, filter, window) =>
      tf.conv2d(padded(x, window), stretched(filter, 0, window.dilations), [...window.strides], "valid"),
    depthwise: (x, filter, window) =>
      tf.depthwiseConv2d(padded(x, window), stretched(filter, 0, window.dilations), [...window.strides], "valid"),
    maxPool: (x, kernel, strides) => largest(tf, x, kernel, strides),
    product: (left, right) => tf.matMul(left, right),
  };
};
