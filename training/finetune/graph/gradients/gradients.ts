/**
 * The operations whose gradients backends lack, or do badly. There are two sets of them: `native` leaves gradients to
 * TensorFlow.js, whose kernels are best on a GPU; `composed` makes them of forward kernels, for backends that lack the others
 * (WebAssembly) and where they are slow (the node binding on a CPU).
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import { composedGradients } from "./composed.ts";
import { nativeGradients } from "./native.ts";

/** Of height, then of width. */
export type Pair = readonly [number, number];

/** How a filter slides over an image. */
export interface Window {
  strides: Pair;
  dilations: Pair;
  /** Rows or columns of zeros before and after; of height, then of width. */
  pads: readonly [Pair, Pair];
}

/** An operand, and whether its gradient is wanted: it is a constant otherwise. */
export interface Operand<T extends Tensor = Tensor> {
  tensor: T;
  wanted: boolean;
}

export interface Layer {
  /** Photos x height x width x channels. */
  x: Operand<Tensor4D>;
  /** Height x width x channels x outputs; for depthwise convolutions x (outputs per channel). */
  filter: Operand<Tensor4D>;
  /** A number per output. */
  bias: Operand<Tensor1D> | undefined;
  window: Window;
}

export interface Gradients {
  convolution(layer: Layer): Tensor4D;
  depthwise(layer: Layer): Tensor4D;
  /** Without pads. */
  maxPool(x: Operand<Tensor4D>, kernel: Pair, strides: Pair): Tensor4D;
  /** Of matrices, or stacks of equally many. */
  product(left: Operand, right: Operand): Tensor;
  /** Between two bounds, which may be infinite. At the bounds themselves nothing passes back. */
  clamp(x: Operand, low: number, high: number): Tensor;
}

export type GradientKind = "composed" | "native";

export const gradientsOf = (tf: TensorFlow, kind: GradientKind): Gradients =>
  kind === "native" ? nativeGradients(tf) : composedGradients(tf);

/** What suits the device that `tf` runs on. */
export const suitableGradients = (tf: TensorFlow): GradientKind => {
  const backend = tf.getBackend();
  const needed = ["Conv2DBackpropFilter", "DepthwiseConv2dNativeBackpropFilter"];
  const complete = needed.every((kernel) => tf.getKernel(kernel, backend) !== undefined);
  const onCpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === false;
  return complete && !onCpu ? "native" : "composed";
};
