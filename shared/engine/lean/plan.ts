/**
 * A plan: one model compiled for the lean engine. `encode.ts` writes it as a file (`model.plan`), `parse.ts` reads that file
 * and refuses it unless every byte it could make a kernel touch lies inside it or its arena; `pack.ts` lays weights out as
 * the kernels read them.
 *
 * The file, all little-endian, version 1:
 *
 * | bytes | what |
 * |---|---|
 * | 0 | `WPLN` |
 * | 4 | u32 version |
 * | 8 | sha256 of everything from byte 40 on |
 * | 40 | u32 x 12: tensors, operators, words of operators, offset and bytes of constants, bytes of the arena, input's offset, channels, height and width, logits' tensor, heat map's tensor (0xffffffff: none) |
 * | 88 | 8 zero bytes |
 * | 96 | tensors, 36 bytes each: u32 type (0 u8, 1 f32), place (0 arena, 1 constants), channels, height, width, pitch, offset, f32 scale, u32 zero |
 * | then | operators, in the order they run: u32 code (its place in `fields`), then the fields in the table's order, a word each (a window: ten) |
 * | then | zeros to a multiple of 64, then the constants, to the end of the file |
 */

/** Numbers of a tensor: u8 means scale x (stored - zero), as QuantizeLinear writes it. */
export type ElementType = "u8" | "f32";

/**
 * A feature map in memory: pixels in rows, each pixel's channels together (NHWC, one photo). A vector is 1 x 1.
 * What lies between `channels` and `pitch` is anyone's: kernels may write anything up to the next multiple of 8 channels,
 * and never let it reach a real channel.
 */
export interface PlanTensor {
  type: ElementType;
  /** Constants are read only. */
  place: "arena" | "constants";
  channels: number;
  height: number;
  width: number;
  /**
   * Elements from one pixel to the next: a multiple of 8, at least `channels`. Larger than needed where the tensor is a
   * slice of channels of another (a concatenation that its parts are written into directly). 4 is allowed for up to four
   * channels of a tensor that only `image` writes and only `conv` reads.
   */
  pitch: number;
  /** Bytes from the start of its place; a multiple of 8 elements (of 16 bytes where the pitch is 4). */
  offset: number;
  /** A float32 above 0; 1 for f32. */
  scale: number;
  /** 0 to 255; 0 for f32. */
  zero: number;
}

/** Where a sliding window reads. ONNX' order: rows before columns; pads are top, left, bottom, right. */
export interface Window {
  kernel: readonly [number, number];
  strides: readonly [number, number];
  dilations: readonly [number, number];
  pads: readonly [number, number, number, number];
}

/** In operators, a tensor is its index in `Plan.tensors`. */
export type TensorIndex = number;

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
  /** u8: `requantizationScales`, packed by `packChannels`; 0 for f32. */
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

/** left o right; right has left's shape, or is a vector of as many channels that meets every pixel. All u8 or all f32. */
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

export interface Plan {
  /** The photo, f32 planes (NCHW) in the arena; `image` operators read it, so its place is free after the last of them. */
  input: { channels: number; height: number; width: number; offset: number };
  tensors: PlanTensor[];
  operators: Operator[];
  constants: Uint8Array;
  /** Bytes that all arena tensors and the input share; a tensor's are free again after its last reader. */
  arena: number;
  /** f32 tensors that nothing overwrites: logits a vector; the heat map's channels are its classes. */
  outputs: { logits: TensorIndex; heatmap?: TensorIndex };
}

export type FieldType = "tensor" | "constant" | "count" | "float" | "flag" | "window";

const unary = { input: "tensor", output: "tensor" } as const;
const binary = { left: "tensor", right: "tensor", output: "tensor" } as const;
const layer = { weights: "constant", bias: "constant", multipliers: "constant", low: "float", high: "float" } as const;

/** Each operator's fields in the file's order; an operator's code is its place here, so new ones go to the end. */
export const fields = {
  image: { output: "tensor" },
  quantize: unary,
  dequantize: unary,
  conv: { ...unary, window: "window", groups: "count", ...layer },
  depthwise: { ...unary, window: "window", ...layer },
  add: binary,
  mul: binary,
  sub: binary,
  div: binary,
  prelu: binary,
  concat: { ...unary, at: "count" },
  table: { ...unary, table: "constant" },
  maxPool: { ...unary, window: "window" },
  averagePool: { ...unary, window: "window", countPads: "flag" },
  globalAverage: unary,
  clip: { ...unary, low: "float", high: "float" },
  hardSigmoid: { ...unary, alpha: "float", beta: "float" },
  leakyRelu: { ...unary, alpha: "float" },
  sigmoid: unary,
  tanh: unary,
  hardSwish: unary,
  softmax: unary,
  logSumExp: unary,
} as const satisfies { [Kind in Operator["op"]]: Record<string, FieldType> };

export const magic = [0x57, 0x50, 0x4c, 0x4e] as const;
export const version = 1;
export const headerBytes = 96;
/** Where the hashed part begins. */
export const hashedFrom = 40;
export const tensorBytes = 36;
export const none = 0xffffffff;

export const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

export const elementBytes: Record<ElementType, number> = { u8: 1, f32: 4 };

/** The bytes from a tensor's first to its last element, which is that of the last pixel's channels rounded up to 8 (or 4). */
export const spanOf = ({ type, channels, height, width, pitch }: PlanTensor): number =>
  ((height * width - 1) * pitch + (pitch === 4 ? 4 : roundUp(channels, 8))) * elementBytes[type];

export const isVector = ({ height, width }: PlanTensor): boolean => height === 1 && width === 1;
