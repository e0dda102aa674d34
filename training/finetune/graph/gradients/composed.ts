/** Gradients made of forward kernels; each operand's only where it is wanted. */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import { clamped, clampGradient } from "./clamp.ts";
import { convolutionFilterGradient, convolutionInputGradient, slide } from "./convolution.ts";
import { depthwiseFilterGradient, depthwiseInputGradient, slideDepthwise } from "./depthwise.ts";
import type { Gradients, Layer, Window } from "./gradients.ts";
import type { Backward } from "./input-gradient.ts";
import { largest, largestGradient } from "./max-pool.ts";
import { stretched } from "./stretched.ts";
import { withGradient } from "./with-gradient.ts";

type Slide = (tf: TensorFlow, x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, window: Window) => Tensor4D;
type Gradient = (given: Backward) => Tensor4D;

export const composedGradients = (tf: TensorFlow): Gradients => {
  const layerWith =
    (slide: Slide, inputGradient: Gradient, filterGradient: Gradient) =>
    ({ x, filter, bias, window }: Layer): Tensor4D =>
      withGradient<Tensor4D>(tf, {
        of: [x, filter, bias].flatMap((operand) => (operand?.wanted ? [operand.tensor] : [])),
        forward: () => ({
          value: slide(tf, x.tensor, filter.tensor, bias?.tensor, window),
          kept: [x.tensor, filter.tensor],
        }),
        backward(dy, kept) {
          const given = { tf, dy, x: kept[0] as Tensor4D, filter: kept[1] as Tensor4D, window };
          return [
            ...(x.wanted ? [inputGradient(given)] : []),
            ...(filter.wanted ? [filterGradient(given)] : []),
            ...(bias?.wanted ? [channelSums(tf, dy)] : []),
          ];
        },
      });
  const whole = layerWith(slide, convolutionInputGradient, convolutionFilterGradient);
  const depthwise = layerWith(slideDepthwise, depthwiseInputGradient, depthwiseFilterGradient);

  return {
    convolution(layer) {
      const { strides, dilations } = layer.window;
      // Kernels slide in strides, or look at dilated places, but not both
      const both = strides.some((stride) => stride > 1) && dilations.some((step) => step > 1);
      return whole(both ? undilated(layer) : layer);
    },
    // Nor have kernels dilation of channels by themselves everywhere
    depthwise: (layer) => depthwise(undilated(layer)),
    maxPool: (x, kernel, strides) =>
      withGradient<Tensor4D>(tf, {
        of: x.wanted ? [x.tensor] : [],
        forward() {
          const value = largest(tf, x.tensor, kernel, strides);
          return { value, kept: [x.tensor, value] };
        },
        backward: (dy, kept) => [largestGradient(tf, dy, kept[0] as Tensor4D, kept[1] as Tensor4D, kernel, strides)],
      }),
    product: (left, right) =>
      withGradient<Tensor>(tf, {
        of: [left, right].flatMap(({ tensor, wanted }) => (wanted ? [tensor] : [])),
        forward: () => ({ value: tf.matMul(left.tensor, right.tensor), kept: [left.tensor, right.tensor] }),
        // Transposing by itself first: WebAssembly's kernels are ten times slower on operands to be read transposed
        backward: (dy, kept) => [
          ...(left.wanted ? [tf.matMul(dy, turned(kept[1]!))] : []),
          ...(right.wanted ? [tf.matMul(turned(kept[0]!), dy)] : []),
        ],
      }),
    clamp: (x, low, high) =>
      withGradient<Tensor>(tf, {
        of: x.wanted ? [x.tensor] : [],
        forward() {
          const value = clamped(tf, x.tensor, low, high);
          return { value, kept: [value] };
        },
        backward: (dy, kept) => [clampGradient(tf, dy, kept[0]!, low, high)],
      }),
  };
};

const undilated = (layer: Layer): Layer => ({
  ...layer,
  filter: { ...layer.filter, tensor: stretched(layer.filter.tensor, layer.window.dilations) },
  window: { ...layer.window, dilations: [1, 1] },
});

/** By pooling over all pixels: a tenth of what WebAssembly's sum over leading axes costs. */
const channelSums = (tf: TensorFlow, dy: Tensor4D): Tensor1D => {
  const [photos, height, width, channels] = dy.shape;
  const all = dy.reshape<Tensor4D>([1, photos * height, width, channels]);
  const mean = tf.avgPool(all, [photos * height, width], 1, "valid");
  return mean.mul(photos * height * width).reshape([channels]);
};

/** Rows become columns, in each matrix of a stack. */
const turned = (matrices: Tensor): Tensor => {
  const { rank } = matrices;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return matrices.transpose([...order.slice(0, -2), rank - 1, rank - 2]);
};
