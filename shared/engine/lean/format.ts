/**
 * A plan's file, `model.plan`: all little-endian, version 1.
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
import type { Operator } from "./operators.ts";

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

/** A float's word. */
export const bitsOf = (float: number): number => new Uint32Array(Float32Array.of(float).buffer)[0]!;
