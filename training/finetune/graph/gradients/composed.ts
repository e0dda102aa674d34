/** Gradients made of forward kernels; each operand's only where it is wanted. */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import { convolutionFilterGradient, convolutionInputGradient, slide } from "./convolution.ts";
import { depthwiseFilterGradient, depthwiseInputGradient, slideDepthwise } from "./depthwise.ts";
import type { Gradients, Wanted } from "./gradients.ts";
import { largest, largestGradient } from "./max-pool.ts";
import { stretched } from "./stretched.ts";

export const composedGradients = (tf: TensorFlow): Gradients => {
  /** Of two operands, as a custom gradient of those that are wanted. */
  const composed = <T extends Tensor>(
    left: T,
    right: T,
    { input, filter }: Wanted,
    forward: (left: T, right: T) => T,
    backward: { left(dy: T, left: T, right: T): T; right(dy: T, left: T, right: T): T },
  ): T => {
    if (!input && !filter) return forward(left, right);
    const differentiated = tf.customGrad((...given: unknown[]) => {
      const save = given.at(-1) as (tensors: Tensor[]) => void;
      save([left, right]);
      return {
        value: forward(left, right),
        gradFunc: (dy, saved) => {
          const [x, y] = saved as [T, T];
          return [...(input ? [backward.left(dy as T, x, y)] : []), ...(filter ? [backward.right(dy as T, x, y)] : [])];
        },
      };
    });
    return differentiated(...(input ? [left] : []), ...(filter ? [right] : [])) as T;
  };

  return {
    convolution(x, filter, window, wanted) {
      const both = window.strides.some((stride) => stride > 1) && window.dilations.some((step) => step > 1);
      // Kernels slide in strides, or look at dilated places, but not both
      if (both) {
        const plain = { ...window, dilations: [1, 1] } as const;
        return this.convolution(x, stretched(filter, 0, window.dilations), plain, wanted);
      }
      return composed<Tensor4D>(x, filter, wanted, (x, filter) => slide(tf, x, filter, window), {
        left: (dy, x, filter) => convolutionInputGradient({ tf, dy, x, filter, window }),
        right: (dy, x, filter) => convolutionFilterGradient({ tf, dy, x, filter, window }),
      });
    },
    depthwise(x, filter, window, wanted) {
      const plain = { ...window, dilations: [1, 1] } as const;
      return composed<Tensor4D>(
        x,
        stretched(filter, 0, window.dilations),
        wanted,
        (x, filter) => slideDepthwise(tf, x, filter, plain),
        {
          left: (dy, x, filter) => depthwiseInputGradient({ tf, dy, x, filter, window: plain }),
          right: (dy, x, filter) => depthwiseFilterGradient({ tf, dy, x, filter, window: plain }),
        },
      );
    },
    maxPool(x, kernel, strides, wanted) {
      if (!wanted) return largest(tf, x, kernel, strides);
      const differentiated = tf.customGrad((...given: unknown[]) => {
        const y = largest(tf, x, kernel, strides);
        (given.at(-1) as (tensors: Tensor[]) => void)([x, y]);
        return {
          value: y,
          gradFunc: (dy, saved) => {
            const [x, y] = saved as [Tensor4D, Tensor4D];
            return largestGradient(tf, dy as Tensor4D, x, y, kernel, strides);
          },
        };
      });
      return differentiated(x) as Tensor4D;
    },
    product: (left, right, wanted) =>
      // Transposing by itself first: kernels are an order of magnitude slower on operands to be read transposed (WebAssembly)
      composed<Tensor>(left, right, wanted, (left, right) => tf.matMul(left, right), {
        left: (dy, _, right) => tf.matMul(dy, turned(right)),
        right: (dy, left) => tf.matMul(turned(left), dy),
      }),
  };
};

/** Rows become columns, in each matrix of a stack. */
const turned = (matrices: Tensor): Tensor => {
  const { rank } = matrices;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return matrices.transpose([...order.slice(0, -2), rank - 1, rank - 2]);
};
