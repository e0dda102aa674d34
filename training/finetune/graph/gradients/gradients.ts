/**
 * The operations whose gradients backends lack, or do badly. There are two sets of them: `native` leaves gradients to
 * TensorFlow.js, whose kernels are best on a GPU; `composed` makes them of forward kernels, for backends that lack the others
 * (WebAssembly) and where they are slow (the node binding on a CPU).
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
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

/** Whose gradients are wanted; the other operand is a constant. */
export interface Wanted {
  input: boolean;
  filter: boolean;
}

export interface Gradients {
  /** @param x photos x height x width x channels; @param filter height x width x channels x outputs */
  convolution(x: Tensor4D, filter: Tensor4D, window: Window, wanted: Wanted): Tensor4D;
  /** @param filter height x width x channels x (outputs per channel) */
  depthwise(x: Tensor4D, filter: Tensor4D, window: Window, wanted: Wanted): Tensor4D;
  /** Without pads. */
  maxPool(x: Tensor4D, kernel: Pair, strides: Pair, wanted: boolean): Tensor4D;
  /** Of matrices, or stacks of equally many. `input` is the left one. */
  product(left: Tensor, right: Tensor, wanted: Wanted): Tensor;
}

export type GradientKind = "composed" | "native";

export const gradientsOf = (tf: TensorFlow, kind: GradientKind): Gradients =>
  kind === "native" ? nativeGradients(tf) : composedGradients(tf);

/** What suits the device that `tf` runs on. */
export const suitableGradients = (tf: TensorFlow): GradientKind => {
  const backend = tf.getBackend();
  const complete =
    tf.getKernel("Conv2DBackpropFilter", backend) && tf.getKernel("DepthwiseConv2dNativeBackpropFilter", backend);
  const onCpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === false;
  return complete && !onCpu ? "native" : "composed";
};
