/** What a plan's operators compute, and of what: each kernel's contract. */
import type { TensorIndex } from "./plan.ts";

/** Where a sliding window reads. ONNX' order: rows before columns; pads are top, left, bottom, right. */
export interface Window {
  kernel: readonly [number, number];
  strides: readonly [number, number];
  dilations: readonly [number, number];
  pads: readonly [number, number, number, number];
}

/** Bytes from the start of the constants, a multiple of 16. */
export type ConstantOffset = number;

/** The input photo (f32, planes of channels, as `Session.run` takes it) as pixels: quantized where the output is u8. */
export interface Image {
  op: "image";
  output: TensorIndex;
}

/** f32 to u8, as QuantizeLinear. */
export interface Quantize {
  op: "quantize";
  input: TensorIndex;
  output: TensorIndex;
}

/** u8 to f32, as DequantizeLinear. */
export interface Dequantize {
  op: "dequantize";
  input: TensorIndex;
  output: TensorIndex;
}

/**
 * A convolution; also a fully connected layer (kernel 1 x 1 on a vector, or as large as the map that it flattens).
 * Input and output are both u8 (int8 weights, int32 bias) or both f32.
 */
export interface Convolution {
  op: "conv";
  input: TensorIndex;
  output: TensorIndex;
  window: Window;
  groups: number;
  /** By `packConvolution`. */
  weights: ConstantOffset;
  /** By `packChannels`, with the same groups: int32 for u8, else float32. */
  bias: ConstantOffset;
  /**
   * Packed by `packChannels`. u8: `requantizationScales`. f32: 0, or the scales of the outputs' weights, which then are int8
   * in the order of float32 ones.
   */
  multipliers: ConstantOffset;
  /** f32: bounds of the result (Relu: 0 and Infinity); -Infinity and Infinity for u8, which its own range bounds. */
  low: number;
  high: number;
}

/** A convolution with as many groups as channels, one output each. */
export interface Depthwise {
  op: "depthwise";
  input: TensorIndex;
  output: TensorIndex;
  window: Window;
  /** By `packDepthwise`. */
  weights: ConstantOffset;
  /** By `packChannels` with one group. */
  bias: ConstantOffset;
  multipliers: ConstantOffset;
  low: number;
  high: number;
}

/** left o right; right may have one pixel that meets every pixel, or one channel that meets all of them. All u8 or all f32. */
export interface Binary {
  op: "add" | "mul";
  left: TensorIndex;
  right: TensorIndex;
  output: TensorIndex;
}

/** The same in f32 alone. prelu: left where it is at least 0, else left x right. */
export interface FloatBinary {
  op: "sub" | "div" | "prelu";
  left: TensorIndex;
  right: TensorIndex;
  output: TensorIndex;
}

/** Copies all channels of the input to the output's channels from `at` on. u8 tensors must share scale and zero. */
export interface Concat {
  op: "concat";
  input: TensorIndex;
  output: TensorIndex;
  at: number;
}

/** u8 to u8: output = table[input], 256 bytes. Any operator with one input, a change of scale among them. */
export interface Table {
  op: "table";
  input: TensorIndex;
  output: TensorIndex;
  table: ConstantOffset;
}

/** Both u8 of the same scale and zero, or both f32. Pads never win. */
export interface MaxPool {
  op: "maxPool";
  input: TensorIndex;
  output: TensorIndex;
  window: Window;
}

/** Both u8 or both f32. */
export interface AveragePool {
  op: "averagePool";
  input: TensorIndex;
  output: TensorIndex;
  window: Window;
  /** ONNX' count_include_pad: whether padded places count in the divisor. */
  countPads: boolean;
}

/** The mean over all pixels, a vector: u8 to u8, u8 to f32, or f32 to f32. */
export interface GlobalAverage {
  op: "globalAverage";
  input: TensorIndex;
  output: TensorIndex;
}

/** f32 to f32, number by number: Relu is clip from 0 to Infinity. */
export interface Clip {
  op: "clip";
  input: TensorIndex;
  output: TensorIndex;
  low: number;
  high: number;
}

/** max(0, min(1, alpha x + beta)), f32. */
export interface HardSigmoid {
  op: "hardSigmoid";
  input: TensorIndex;
  output: TensorIndex;
  alpha: number;
  beta: number;
}

/** f32. */
export interface LeakyRelu {
  op: "leakyRelu";
  input: TensorIndex;
  output: TensorIndex;
  alpha: number;
}

/** f32, number by number; softmax over the channels of each pixel. */
export interface FloatMap {
  op: "sigmoid" | "tanh" | "hardSwish" | "softmax";
  input: TensorIndex;
  output: TensorIndex;
}

/** log(sum(exp(channel))) of a vector, f32: one channel. */
export interface LogSumExp {
  op: "logSumExp";
  input: TensorIndex;
  output: TensorIndex;
}

export type Operator =
  | Image
  | Quantize
  | Dequantize
  | Convolution
  | Depthwise
  | Binary
  | FloatBinary
  | Concat
  | Table
  | MaxPool
  | AveragePool
  | GlobalAverage
  | Clip
  | HardSigmoid
  | LeakyRelu
  | FloatMap
  | LogSumExp;
