/** As in convolution.ts, a channel at a time: for the filter's gradient each photo's channels are channels of one image. */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import { type Backward, explicit, spreadOut } from "./convolution.ts";
import type { Window } from "./gradients.ts";
import { stretched } from "./stretched.ts";

/** Without dilation: kernels do not have it everywhere. */
export const slideDepthwise = (tf: TensorFlow, x: Tensor4D, filter: Tensor4D, { strides, pads }: Window): Tensor4D =>
  pads.flat().some((pad) => pad > 0)
    ? tf.depthwiseConv2d(x.pad(explicit(pads)), filter, [...strides], "valid")
    : tf.depthwiseConv2d(x, filter, [...strides], "valid");

export const depthwiseInputGradient = (given: Backward): Tensor4D => {
  const { tf, x, filter, window } = given;
  const [height, width, channels, multiplier] = filter.shape;
  const turned = filter.reverse([0, 1]).reshape<Tensor4D>([height, width, channels * multiplier, 1]);
  const { image, borders } = spreadOut(given);
  const found = slideDepthwise(tf, image, turned, { ...window, strides: [1, 1], pads: borders });
  if (multiplier === 1) return found;
  return found.reshape([...x.shape.slice(0, 3), channels, multiplier]).sum(4);
};

export const depthwiseFilterGradient = ({ tf, dy, x, filter, window }: Backward): Tensor4D => {
  const [height, width, channels, multiplier] = filter.shape;
  const [photos, rows, columns] = x.shape;
  const side = x.transpose([1, 2, 0, 3]).reshape<Tensor4D>([1, rows, columns, photos * channels]);
  const [, high, wide] = dy.shape;
  const given = dy.transpose([1, 2, 0, 3]).reshape<Tensor4D>([high, wide, photos * channels, multiplier]);
  const found = slideDepthwise(tf, side, stretched(given, 0, window.strides), { ...window, strides: [1, 1] })
    .slice([0, 0, 0, 0], [1, height, width, photos * channels * multiplier])
    .reshape([height, width, photos, channels * multiplier]);
  return found.sum(2).reshape(filter.shape);
};
