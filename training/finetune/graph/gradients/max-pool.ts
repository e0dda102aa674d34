/**
 * The largest number of each window, and its gradient, which goes to the first place that holds it: what TensorFlow does on a
 * CPU. The WebAssembly backend's own gradient is wrong (a window of one pixel loses the gradient of most), so it is composed.
 */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Pair } from "./gradients.ts";
import { stretched } from "./stretched.ts";

/** @param x padded already */
export const largest = (tf: TensorFlow, x: Tensor4D, kernel: Pair, strides: Pair): Tensor4D =>
  tf.maxPool(x, [...kernel], [...strides], "valid");

export const largestGradient = (
  tf: TensorFlow,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  [height, width]: Pair,
  strides: Pair,
): Tensor4D => {
  const [photos, rows, columns, channels] = x.shape;
  const [, high, wide] = y.shape;
  const reach = [(high - 1) * strides[0] + 1, (wide - 1) * strides[1] + 1] as const;
  let open: Tensor4D = tf.onesLike(y);
  let gradient: Tensor4D = tf.zerosLike(x);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const begin: Four = [0, row, column, 0];
      const end: Four = [photos, row + reach[0], column + reach[1], channels];
      const seen = tf.stridedSlice(x, begin, end, [1, ...strides, 1]) as Tensor4D;
      const hit = tf.equal(seen, y).cast<Tensor4D>("float32").mul<Tensor4D>(open);
      open = open.sub(hit);
      const placed = stretched(dy.mul<Tensor4D>(hit), 1, strides);
      gradient = gradient.add(
        placed.pad([
          [0, 0],
          [row, rows - row - reach[0]],
          [column, columns - column - reach[1]],
          [0, 0],
        ]),
      );
    }
  return gradient;
};
type Four = [number, number, number, number];
