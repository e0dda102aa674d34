/**
 * As in convolution.ts, a channel at a time. For the filter's gradient each photo's channels are channels of one image; strides
 * are split into phases, since a dilated filter would be zeros for the most part.
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Window } from "./gradients.ts";
import { type Backward, inputGradient } from "./input-gradient.ts";
import { padded } from "./padded.ts";
import { phasesOf } from "./phases.ts";

/** Without dilation. */
export const slideDepthwise = (
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  { strides, pads }: Window,
): Tensor4D =>
  tf.fused.depthwiseConv2d({
    x: padded(x, pads),
    filter,
    ...(bias && { bias }),
    strides: [...strides],
    pad: "valid",
  });

export const depthwiseInputGradient = (given: Backward): Tensor4D => {
  const { tf, x, filter } = given;
  const [, , channels, multiplier] = filter.shape;
  const found = inputGradient(given, {
    channels: channels * multiplier,
    slide(image, taps, pads) {
      const [height, width] = taps.shape;
      const each = taps.reshape<Tensor4D>([height, width, channels * multiplier, 1]);
      return slideDepthwise(tf, image, each, undefined, { strides: [1, 1], dilations: [1, 1], pads });
    },
  });
  if (multiplier === 1) return found;
  return found.reshape([...x.shape.slice(0, 3), channels, multiplier]).sum(4);
};

export const depthwiseFilterGradient = ({ tf, dy, x, filter, window }: Backward): Tensor4D => {
  const [height, width, channels, multiplier] = filter.shape;
  const { strides, pads } = window;
  const [photos] = x.shape;
  const [, high, wide] = dy.shape;
  const all = photos * channels;
  const outputs = channels * multiplier;
  const given = dy.transpose([1, 2, 0, 3]).reshape<Tensor4D>([high, wide, all, multiplier]);
  const phase = phasesOf(padded(x, pads), strides);

  const taps: Tensor4D[][] = Array.from({ length: height }, () => []);
  for (let row = 0; row < Math.min(strides[0], height); row++)
    for (let column = 0; column < Math.min(strides[1], width); column++) {
      const part = phase(row, column);
      const [, rows, columns] = part.shape;
      const side = part.transpose([1, 2, 0, 3]).reshape<Tensor4D>([1, rows, columns, all]);
      const found = tf.depthwiseConv2d(side, given, 1, "valid");
      for (let tapRow = row; tapRow < height; tapRow += strides[0])
        for (let tapColumn = column; tapColumn < width; tapColumn += strides[1]) {
          const place = [0, (tapRow - row) / strides[0], (tapColumn - column) / strides[1], 0];
          taps[tapRow]![tapColumn] = found.slice(place, [1, 1, 1, all * multiplier]) as Tensor4D;
        }
    }
  const perPhoto = tf.concat(taps.flat()).reshape([height * width, photos, outputs]);
  return perPhoto.sum(1).reshape(filter.shape);
};
