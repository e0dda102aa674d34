/**
 * The largest number of each window, and its gradient, which goes to the first place that holds it: what TensorFlow does on a
 * CPU. The WebAssembly backend's own gradient is wrong (a window of one pixel loses the gradient of most), so it is composed.
 */
import type { Rank, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Pair } from "./gradients.ts";
import { padded } from "./padded.ts";
import { fromPhases, phaseSize, phasesOf } from "./phases.ts";

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
  const [, rows, columns] = x.shape;
  const [photos, high, wide, channels] = y.shape;
  const [down, right] = strides;
  const phase = phasesOf(x, strides);
  const [phaseHigh, phaseWide] = phaseSize([rows, columns], strides);
  /** By the first row and column of each phase. */
  const gradients = new Map<string, Tensor4D>();
  let open: Tensor4D = tf.onesLike(y);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [first, second] = [Math.floor(row / down), Math.floor(column / right)];
      const seen = phase(row % down, column % right).slice([0, first, second, 0], [photos, high, wide, channels]);
      const hit = tf.equal(seen, y).cast<Tensor4D>("float32").mul<Tensor4D>(open);
      open = open.sub(hit);
      const placed = padded(dy.mul<Tensor4D>(hit), [
        [first, phaseHigh - first - high],
        [second, phaseWide - second - wide],
      ]);
      const key = `${row % down} ${column % right}`;
      const before = gradients.get(key);
      gradients.set(key, before ? before.add(placed) : placed);
    }
  const none = tf.zeros<Rank.R4>([photos, phaseHigh, phaseWide, channels]);
  const whole = fromPhases(tf, strides, (row, column) => gradients.get(`${row} ${column}`) ?? none);
  return whole.slice([0, 0, 0, 0], x.shape);
};
