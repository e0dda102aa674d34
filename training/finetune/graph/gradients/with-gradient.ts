/** An operation with a gradient of its own. */
import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";

export interface Differentiated<T extends Tensor> {
  /** The operands whose gradients are wanted; all others are constants. */
  of: readonly Tensor[];
  /** @returns the result, and what the gradient needs of it and of the operands: it is kept until then */
  forward(): { value: T; kept: readonly Tensor[] };
  /** @returns a gradient for each of `of` */
  backward(dy: T, kept: readonly Tensor[]): Tensor[];
}

/** Whatever is made on the way back is freed there and then; TensorFlow.js by itself would keep it until the step ends. */
export const withGradient = <T extends Tensor>(tf: TensorFlow, { of, forward, backward }: Differentiated<T>): T => {
  if (of.length === 0) return forward().value;
  const differentiated = tf.customGrad((...given: unknown[]) => {
    const { value, kept } = forward();
    const save = given.at(-1) as (tensors: readonly Tensor[]) => void;
    save(kept);
    return { value, gradFunc: (dy, saved) => tf.tidy(() => backward(dy as T, saved as Tensor[])) };
  });
  return differentiated(...of) as T;
};
