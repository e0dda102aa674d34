/**
 * What decoding a photo will take, told from its header: the largest total of the photo's own bytes, the decoder's wasm
 * memory (which never shrinks, so its end is its peak) and its pixels. Without the engine.
 */
import { dctScale } from "./dct-scale.ts";
import type { Header, JpegHeader, PngHeader, WebpHeader } from "./header.ts";
import type { InputSpec } from "./pixels.ts";

/** Bytes of a coefficient, of which a block has 64. */
const COEFFICIENT = 2;
const BLOCK = 8;

const jpegMemory = (header: JpegHeader, input: InputSpec): number => {
  const { width, height, sampling, multipleScans } = header;
  const scale = dctScale(header, input);
  const widest = Math.max(...sampling.map(({ horizontal }) => horizontal));
  const highest = Math.max(...sampling.map(({ vertical }) => vertical));
  // whole MCUs: the blocks of all components that are coded together
  const across = Math.ceil(width / (BLOCK * widest));
  const down = Math.ceil(height / (BLOCK * highest));
  const blocksPerMcu = sampling.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
  const coefficients = multipleScans ? across * down * blocksPerMcu * BLOCK * BLOCK * COEFFICIENT : 0;
  const pixels = Math.ceil(width / scale) * Math.ceil(height / scale) * (sampling.length === 4 ? 4 : 3);
  return coefficients + pixels;
};

const pngMemory = ({ width, height }: PngHeader): number => width * height * 4;

const webpMemory = ({ width, height, lossless, alpha }: WebpHeader): number =>
  width * height * (lossless ? 8 : alpha ? 5 : 4);

/** @param byteCount of the photo, which is copied once, into the decoder's memory */
export const memoryNeeded = (header: Header, byteCount: number, input: InputSpec): number => {
  switch (header.format) {
    case "jpeg":
      return jpegMemory(header, input) + 2 * byteCount;
    case "png":
      return pngMemory(header) + 2 * byteCount;
    case "webp":
      return webpMemory(header) + 3 * byteCount;
  }
};
