/**
 * A plan: one model compiled for the lean engine. `encode.ts` writes it as a file (`model.plan`), `parse.ts` reads that file
 * and refuses it unless every byte it could make a kernel touch lies inside it or its arena; `pack.ts` lays weights out as
 * the kernels read them.
 */
import type { Operator } from "./operators.ts";

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

/** In operators, a tensor is its index in `Plan.tensors`. */
export type TensorIndex = number;

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

export const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

export const elementBytes: Record<ElementType, number> = { u8: 1, f32: 4 };

/** The bytes from a tensor's first to its last element, which is that of the last pixel's channels rounded up to 8 (or 4). */
export const spanOf = ({ type, channels, height, width, pitch }: PlanTensor): number =>
  ((height * width - 1) * pitch + (pitch === 4 ? 4 : roundUp(channels, 8))) * elementBytes[type];

export type Shape = Pick<PlanTensor, "channels" | "height" | "width">;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.channels === b.channels && a.height === b.height && a.width === b.width;

export const isVector = ({ height, width }: Shape): boolean => height === 1 && width === 1;

/** Whether a right operand fits a left one: its pixels are as many or one for all, and its channels as well. */
export const meets = (right: Shape, left: Shape): boolean =>
  (right.channels === left.channels || right.channels === 1) &&
  (isVector(right) || (right.height === left.height && right.width === left.width));
