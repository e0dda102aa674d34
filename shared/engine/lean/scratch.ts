/** The memory that an operator needs besides its tensors, free again when it is done; and how it divides it. */
import { depthOf } from "./pack.ts";
import { type Convolution, type Depthwise, elementBytes, type Operator, type Plan, roundUp } from "./plan.ts";
import { isWinograd, winogradScratch } from "./winograd.ts";

/**
 * Bytes of gathered pixels that a convolution keeps while all panels of weights pass over them. Half a second-level cache
 * or less everywhere; a quarter of it or its double cost 1 to 3%.
 */
const gatheredBytes = 65_536;

/** Panels of pixels at least, so that a panel of weights is used more than once when windows are large. */
const fewestPanels = 4;

export interface ConvolutionScratch {
  /** Pixels gathered at a time. */
  chunk: number;
  /** Bytes of a window row's worth of pads, before the gathered pixels. */
  pad: number;
  /** Offset of a panel of widened weights, after them. */
  widenedAt: number;
  bytes: number;
}

export const convolutionScratch = (operator: Convolution, { tensors }: Plan): ConvolutionScratch => {
  const input = tensors[operator.input]!;
  const output = tensors[operator.output]!;
  const inputs = input.channels / operator.groups;
  const panel = (depthOf(inputs, operator.window.kernel) * 16) / (input.type === "u8" ? 2 : 1);
  const wanted = Math.max(fewestPanels, Math.floor(gatheredBytes / panel));
  const panels = Math.min(wanted, Math.ceil((output.height * output.width) / 4));
  const pad = roundUp(operator.window.kernel[1] * roundUp(inputs, 8) * elementBytes[input.type], 16);
  const widenedAt = pad + panels * panel;
  // eight int16 for each four bytes of a pixel
  return { chunk: panels * 4, pad, widenedAt, bytes: widenedAt + (input.type === "u8" ? 2 * panel : 0) };
};

/** Of eight channels in a row of the ring: eight f32, or eight pairs of i16. */
const ringPixelBytes = 32;

export interface DepthwiseScratch {
  /** Of a window: rows, of u8 pairs of them. */
  steps: number;
  /** Rows that the ring holds. */
  slots: number;
  /** Pixels of a row in the ring. */
  rowPixels: number;
  /** Offsets of the slots' row numbers, of the places that steps begin at, and of the ring. */
  slotsAt: number;
  startsAt: number;
  ringAt: number;
  bytes: number;
}

export const depthwiseScratch = ({ input, output, window }: Depthwise, { tensors }: Plan): DepthwiseScratch => {
  const step = tensors[input]!.type === "u8" ? 2 : 1;
  const { channels, width } = tensors[output]!;
  const { kernel, strides, dilations } = window;
  // one for each row from the first to the last that a window begins a step at
  const steps = Math.ceil(kernel[0] / step);
  const slots = (steps - 1) * step * dilations[0] + 1;
  const rowPixels = (width - 1) * strides[1] + (kernel[1] - 1) * dilations[1] + 1;
  const slotsAt = ringPixelBytes;
  const startsAt = slotsAt + slots * 4;
  const ringAt = roundUp(startsAt + steps * 4, 16);
  const bytes = ringAt + slots * rowPixels * (roundUp(channels, 8) / 8) * ringPixelBytes;
  return { steps, slots, rowPixels, slotsAt, startsAt, ringAt, bytes };
};

export const scratchOf = (operator: Operator, plan: Plan): number => {
  if (operator.op === "conv")
    return (isWinograd(operator, plan) ? winogradScratch : convolutionScratch)(operator, plan).bytes;
  if (operator.op === "depthwise") return depthwiseScratch(operator, plan).bytes;
  return 0;
};
