/** Which convolutions run as `assembly/winograd.ts`, and how that divides its scratch memory. */
import type { Convolution } from "./operators.ts";
import { type Plan, roundUp } from "./plan.ts";

/** Bytes of transformed tiles that a Winograd convolution keeps while all weights, transformed anew, pass over them. */
const transformedBytes = 2 ** 18;

/** Below 1,827, from where four times a sum could leave int32, so that transformed weights stay within 128 kB. */
const mostWinogradInputs = 512;

/** Where the transformations cost little beside the products saved. */
export const isWinograd = ({ input, output, window, groups }: Convolution, { tensors }: Plan): boolean => {
  const [from, to] = [tensors[input]!, tensors[output]!];
  return (
    from.type === "u8" &&
    from.pitch !== 4 &&
    groups === 1 &&
    window.kernel.every((side) => side === 3) &&
    [...window.strides, ...window.dilations].every((step) => step === 1) &&
    from.channels >= 16 &&
    from.channels <= mostWinogradInputs &&
    to.channels >= 16 &&
    to.height * to.width >= 64
  );
};

export interface WinogradScratch {
  /** Tiles of 2 x 2 outputs at a time. */
  chunk: number;
  /** Bytes of a pixel's worth of pads; offsets of what follows the transformed tiles. */
  pad: number;
  transformedAt: number;
  sumsAt: number;
  workAt: number;
  bytes: number;
}

export const winogradScratch = (operator: Convolution, { tensors }: Plan): WinogradScratch => {
  const { channels } = tensors[operator.input]!;
  const { height, width } = tensors[operator.output]!;
  const depth = roundUp(channels, 8);
  // 16 places x depth x 4 tiles x i16
  const group = 16 * depth * 8;
  const tiles = Math.ceil(height / 2) * Math.ceil(width / 2);
  const groups = Math.min(Math.floor(transformedBytes / group), Math.ceil(tiles / 4));
  const pad = roundUp(depth, 16);
  const transformedAt = pad + groups * group;
  const sumsAt = transformedAt + 2 * group;
  const workAt = sumsAt + groups * 16 * 128;
  return { chunk: groups * 4, pad, transformedAt, sumsAt, workAt, bytes: workAt + 2048 };
};
