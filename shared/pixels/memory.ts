/**
 * What decoding a photo will take, told from its header: the largest total of the photo's own bytes, the decoder's wasm
 * memory (which never shrinks, so its end is its peak) and its pixels, which stay in that memory. Without the engine.
 *
 * The figures were measured as the decoder's memory after photos of 0.2 to 48 megapixels; a test holds each kind of file to them.
 */
import { dctScale } from "./dct-scale.ts";
import type { Header, JpegHeader, PngHeader, WebpHeader } from "./header.ts";
import type { InputSpec } from "./pixels.ts";

const BLOCK = 8;
const COEFFICIENT_BYTES = 2;

/** A decoder's own code and tables, before it sees a photo. */
const JPEG_BASE = 300_000;
const PNG_BASE = 1_700_000;
/** libwebp's build starts with this much, and grows when a photo does not fit. */
const WEBP_START = 16_777_216;
const WEBP_BASE = 1_000_000;

/** Rows in work, bytes per column. */
const JPEG_ROWS = 96;
const PNG_ROWS = 16;
const WEBP_ROWS = 160;

const jpegMemory = (header: JpegHeader, bytes: number, input: InputSpec): number => {
  const { width, height, sampling, multipleScans } = header;
  const scale = dctScale(header, input);
  const widest = Math.max(...sampling.map(({ horizontal }) => horizontal));
  const highest = Math.max(...sampling.map(({ vertical }) => vertical));
  // a decoder that meets several scans keeps the coefficients of all blocks, in whole MCUs
  const across = Math.ceil(width / (BLOCK * widest));
  const down = Math.ceil(height / (BLOCK * highest));
  const blocksPerMcu = sampling.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
  const coefficients = multipleScans ? across * down * blocksPerMcu * BLOCK * BLOCK * COEFFICIENT_BYTES : 0;
  const channels = sampling.length === 4 ? 4 : 3;
  const pixels = Math.ceil(width / scale) * Math.ceil(height / scale) * channels;
  return JPEG_BASE + bytes + coefficients + pixels + width * JPEG_ROWS;
};

/**
 * Bytes per pixel: grey with its RGBA, grey and alpha with theirs, RGBA alone, or RGB with an RGBA whose list the decoder
 * doubles as it grows (3 + 2 + 4).
 */
const pngBytesPerPixel = ({ colourType, transparency }: PngHeader): number => {
  if (colourType === 0 || colourType === 4) return transparency ? 6 : 5;
  return transparency ? 4 : 9;
};

const pngMemory = (header: PngHeader, bytes: number): number =>
  PNG_BASE + bytes + header.width * header.height * pngBytesPerPixel(header) + header.width * PNG_ROWS;

/** Per pixel: RGBA; the same again for lossless, which decodes in a buffer of its own; an alpha plane is a lossless image too. */
const webpMemory = ({ width, height, lossless, alpha }: WebpHeader, bytes: number): number => {
  const perPixel = lossless ? 8.2 : alpha ? 9 : 4;
  // libwebp gets the photo twice: as embind's string, and as C++'s
  return Math.max(WEBP_START, WEBP_BASE + 2 * bytes + width * height * perPixel + width * WEBP_ROWS);
};

/** @param bytes of the photo itself, which its sender's buffer holds beside the decoder's copy */
export const memoryNeeded = (header: Header, bytes: number, input: InputSpec): number => {
  switch (header.format) {
    case "jpeg":
      return bytes + jpegMemory(header, bytes, input);
    case "png":
      return bytes + pngMemory(header, bytes);
    case "webp":
      return bytes + webpMemory(header, bytes);
  }
};
