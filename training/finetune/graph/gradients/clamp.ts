/** Numbers kept within bounds, and the gradient of that, which needs no more than the result. */
import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";

export const clamped = (tf: TensorFlow, x: Tensor, low: number, high: number): Tensor => {
  if (low === 0 && high === Number.POSITIVE_INFINITY) return tf.relu(x);
  if (low === 0 && high === 6) return tf.relu6(x);
  return tf.clipByValue(x, Math.max(low, -LARGEST), Math.min(high, LARGEST));
};

/** The largest float32; the kernels take no infinity. */
const LARGEST = 3.4028234663852886e38;

/** Steeper than any number that counts is small: 1 wherever a product with it is above 1. */
const STEEP = 1e30;

/** Passes back where the result lies between the bounds; without comparisons, which cost several times as much. */
export const clampGradient = (tf: TensorFlow, dy: Tensor, y: Tensor, low: number, high: number): Tensor => {
  const above = low === Number.NEGATIVE_INFINITY ? undefined : low === 0 ? y : y.sub(low);
  const below = high === Number.POSITIVE_INFINITY ? undefined : tf.sub(high, y);
  const inside = above && below ? above.mul(below) : (above ?? below);
  return inside ? dy.mul(inside.mul(STEEP).clipByValue(0, 1)) : dy;
};
