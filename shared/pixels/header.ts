/** What a photo's header says before anything is decoded: enough to refuse it, and to know what decoding it will cost. */
import type { Orientation } from "./orientation.ts";

interface Size {
  /** As stored, before the orientation is applied. */
  width: number;
  height: number;
  orientation: Orientation;
}

export interface JpegHeader extends Size {
  format: "jpeg";
  /** Of each component, relative to the others: 2 x 2 for the first and 1 x 1 for the rest is 4:2:0. */
  sampling: { horizontal: number; vertical: number }[];
  /** Components are coded in separate scans (as in every progressive JPEG), so the decoder keeps all coefficients. */
  multipleScans: boolean;
  progressive: boolean;
  /** Adobe's marker is present: four components are then stored inverted. */
  adobe: boolean;
}

export interface PngHeader extends Size {
  format: "png";
  bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  colourType: number;
  interlaced: boolean;
  /** An alpha channel, or a tRNS chunk that becomes one. */
  transparency: boolean;
}

export interface WebpHeader extends Size {
  format: "webp";
  lossless: boolean;
  alpha: boolean;
}

export type Header = JpegHeader | PngHeader | WebpHeader;

/** How people write the formats' names. */
export const formatNames = { jpeg: "JPEG", png: "PNG", webp: "WebP" } as const;
