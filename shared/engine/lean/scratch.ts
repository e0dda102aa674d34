/** The memory that an operator needs besides its tensors, free again when it is done; and how it divides it. */
import { algorithmOf } from "./algorithms.ts";
import type { Convolution, Depthwise, Operator } from "./operators.ts";
import { depthOf } from "./pack.ts";
import { elementBytes, type Plan, roundUp } from "./plan.ts";

/**
 * Bytes of gathered pixels that a convolution keeps while all panels of weights, each widened anew, pass over them. A
 * quarter of it costs 3 to 5% where channels are many.
 */
const gatheredBytes = 2 ** 18;

/** Panels of pixels, so that a panel of weights is used more than once when windows are large; fewer where they are huge. */
const fewestPanels = 4;
const mostGatheredBytes = 5 * 2 ** 17;

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
  const gathered = Math.max(gatheredBytes, Math.min(fewestPanels * panel, mostGatheredBytes));
  const panels = Math.min(Math.max(1, Math.floor(gathered / panel)), Math.ceil((output.height * output.width) / 4));
  const pad = roundUp(operator.window.kernel[1] * roundUp(inputs, 8) * elementBytes[input.type], 16);
  const widenedAt = pad + panels * panel;
  // eight int16 for each four bytes of a pixel; fewer panels meet int8 weights as they are (`assembly/convolution.ts`)
  const widened = input.type === "u8" && panels >= fewestPanels ? 2 * panel : 0;
  return { chunk: panels * 4, pad, widenedAt, bytes: widenedAt + widened };
};

/** Of eight channels in a row of the ring: eight f32, or eight pairs of i16. */
const ringPixelBytes = 32;

/** A ring of all channels of a wide map would be larger: then they are convolved a part after the other. */
const mostRingBytes = 2 ** 19;

export interface DepthwiseScratch {
  /** Of a window: rows, of u8 pairs of them. */
  steps: number;
  /** Rows that the ring holds. */
  slots: number;
  /** Pixels of a row in the ring. */
  rowPixels: number;
  /** That it holds at once, a multiple of eight. */
  channels: number;
  /** How often it is filled with as many. */
  parts: number;
  /** Offsets of the slots' row numbers, of the places that steps begin at, and of the ring. */
  slotsAt: number;
  startsAt: number;
  ringAt: number;
  bytes: number;
}

export const depthwiseScratch = ({ input, output, window }: Depthwise, { tensors }: Plan): DepthwiseScratch => {
  const step = tensors[input]!.type === "u8" ? 2 : 1;
  const { width, channels: outputs } = tensors[output]!;
  const { kernel, strides, dilations } = window;
  // one for each row from the first to the last that a window begins a step at
  const steps = Math.ceil(kernel[0] / step);
  const slots = (steps - 1) * step * dilations[0] + 1;
  const rowPixels = (width - 1) * strides[1] + (kernel[1] - 1) * dilations[1] + 1;
  const slotsAt = ringPixelBytes;
  const startsAt = slotsAt + slots * 4;
  const ringAt = roundUp(startsAt + steps * 4, 16);
  const eightChannels = slots * rowPixels * ringPixelBytes;
  const channels = Math.min(roundUp(outputs, 8), 8 * Math.max(1, Math.floor(mostRingBytes / eightChannels)));
  const bytes = ringAt + (channels / 8) * eightChannels;
  const parts = Math.ceil(outputs / channels);
  return { steps, slots, rowPixels, channels, parts, slotsAt, startsAt, ringAt, bytes };
};

export const scratchOf = (operator: Operator, plan: Plan): number => {
  if (operator.op === "conv") return (algorithmOf(operator, plan)?.scratch ?? convolutionScratch(operator, plan)).bytes;
  if (operator.op === "depthwise") return depthwiseScratch(operator, plan).bytes;
  return 0;
};
