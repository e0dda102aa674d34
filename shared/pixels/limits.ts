/** What a photo may cost, judged from its header before anything is decoded. How much that is stands in ../limits.ts. */
import { Problem } from "../problem.ts";
import { formatNames, type Header } from "./header.ts";
import { memoryNeeded } from "./memory.ts";
import type { InputSpec } from "./pixels.ts";

export interface Limits {
  /** Of the file. */
  bytes: number;
  /** Width times height, as stored. */
  pixels: number;
  /** Peak bytes of decoding one photo: its own, the decoder's and its pixels'; without the engine. */
  memory: number;
  /**
   * A photo of more than `pixels` may have so many `perByte` of its file: decoding costs by the pixel, and sending by the byte,
   * so a large picture of nothing is the cheapest way to keep a server busy.
   */
  emptiness: { pixels: number; perByte: number };
}

const MEGA = 1_000_000;

const mega = (count: number): string => `${Math.ceil(count / (MEGA / 10)) / 10}`;

/** @throws Problem 413 when a photo of `bytes` bytes is too large; callable while they are still arriving */
export const checkBytes = (bytes: number, limits: Limits): void => {
  if (bytes > limits.bytes)
    throw new Problem(
      413,
      `the photo has ${mega(bytes)} MB, and ${mega(limits.bytes)} MB is the most we take; save it smaller or as a JPEG`,
    );
};

/** @throws Problem 422 when the photo has too many pixels, or would need too much memory */
export const checkHeader = (header: Header, bytes: number, input: InputSpec, limits: Limits): void => {
  const { format, width, height } = header;
  const count = width * height;
  if (count > limits.pixels)
    throw new Problem(
      422,
      `the photo has ${width} x ${height} pixels (${mega(count)} megapixels), and ${mega(limits.pixels)} megapixels is the most we take; scale it down`,
    );
  const { emptiness } = limits;
  if (count > emptiness.pixels && count > emptiness.perByte * bytes)
    throw new Problem(
      422,
      `the photo has ${mega(count)} megapixels in ${bytes} bytes, which can hardly show anything, and more than ${mega(emptiness.pixels)} megapixels are taken only with a byte for ${emptiness.perByte} of them; scale it down`,
    );
  const needed = memoryNeeded(header, bytes, input);
  if (needed > limits.memory)
    throw new Problem(
      422,
      `decoding this ${width} x ${height} ${formatNames[format]} needs ${mega(needed)} MB of memory, and ${mega(limits.memory)} MB is there; scale it down${format === "jpeg" && !header.multipleScans ? "" : " or save it as a baseline JPEG (not progressive)"}`,
    );
};
