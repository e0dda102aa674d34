/**
 * A photo's print: what is left of it when it is small, grey and blurred, as a whole and in slightly smaller windows. Photos that
 * were scaled, compressed, brightened or cropped a little have prints alike; a mirrored one's is told from the same numbers.
 */
import { FREQUENCIES, lowFrequencies } from "./dct.ts";

/** Side of the grey thumbnail that a print is made from. */
export const THUMBNAIL = 32;

const size = FREQUENCIES * FREQUENCIES;

/** Windows that a cropped copy may show: side and place as shares of the photo; the first is all of it. */
const windows: readonly (readonly [side: number, x: number, y: number])[] = [
  [1, 0, 0],
  ...[0.95, 0.9].flatMap((side) =>
    [
      [0.5, 0.5],
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].map(([x, y]) => [side, (1 - side) * x!, (1 - side) * y!] as const),
  ),
];

/** One vector per window, each of `size` low frequencies without the mean, of length 1; zeros where there is no detail at all. */
export type Print = Float32Array;

/** Raised whenever the same photo gives another print. */
export const PRINT_VERSION = 1;

/** @param tensor RGB planes of THUMBNAIL x THUMBNAIL, 0 to 255 */
export const printOf = (tensor: Float32Array): Print => {
  const grey = luma(tensor);
  const print = new Float32Array(windows.length * size);
  for (const [index, [side, x, y]] of windows.entries()) {
    const frequencies = lowFrequencies(index === 0 ? grey : enlarge(grey, side, x, y), THUMBNAIL);
    frequencies[0] = 0;
    const length = Math.hypot(...frequencies);
    if (length > 0)
      print.set(
        frequencies.map((value) => value / length),
        index * size,
      );
  }
  return print;
};

/** ITU-R BT.601. */
const luma = (tensor: Float32Array): Float32Array => {
  const plane = THUMBNAIL * THUMBNAIL;
  return Float32Array.from(
    { length: plane },
    (_, i) => 0.299 * tensor[i]! + 0.587 * tensor[plane + i]! + 0.114 * tensor[2 * plane + i]!,
  );
};

/** A window of the thumbnail at the thumbnail's size, bilinear. */
const enlarge = (grey: Float32Array, side: number, left: number, top: number): Float32Array => {
  const out = new Float32Array(grey.length);
  const last = THUMBNAIL - 1;
  const along = (at: number, from: number): number =>
    Math.min(last, Math.max(0, from * THUMBNAIL + (at + 0.5) * side - 0.5));
  for (let y = 0; y < THUMBNAIL; y++)
    for (let x = 0; x < THUMBNAIL; x++) {
      const [sx, sy] = [along(x, left), along(y, top)];
      const [x0, y0] = [Math.min(last - 1, Math.floor(sx)), Math.min(last - 1, Math.floor(sy))];
      const at = y0 * THUMBNAIL + x0;
      const above = grey[at]! + (grey[at + 1]! - grey[at]!) * (sx - x0);
      const below = grey[at + THUMBNAIL]! + (grey[at + THUMBNAIL + 1]! - grey[at + THUMBNAIL]!) * (sx - x0);
      out[y * THUMBNAIL + x] = above + (below - above) * (sy - y0);
    }
  return out;
};

/**
 * Which low frequencies of the whole photo lie above their median: 63 bits in two words (pHash; Zauner 2010).
 *
 * @param mirrored of the photo's mirror image: it turns the sign of each odd horizontal frequency
 */
export const hashOf = (print: Print, mirrored: boolean): [low: number, high: number] => {
  const values = print.subarray(1, size).map((value, i) => (mirrored && i % 2 === 0 ? -value : value));
  const median = values.slice().sort()[values.length >> 1]!;
  let [low, high] = [0, 0];
  for (const [bit, value] of values.entries())
    if (value > median) {
      if (bit < 32) low |= 1 << bit;
      else high |= 1 << (bit - 32);
    }
  return [low, high];
};

/** Correlation of the photos, or of one with the other's mirror image, at the best of the windows; -1 to 1. */
export const correlation = (a: Print, b: Print, mirrored: boolean): number => {
  let best = -1;
  for (let at = 0; at < a.length; at += size)
    best = Math.max(best, dot(a, at, b, 0, mirrored), dot(b, at, a, 0, mirrored));
  return best;
};

const dot = (a: Print, atA: number, b: Print, atB: number, mirrored: boolean): number => {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < size; i += 2) {
    even += a[atA + i]! * b[atB + i]!;
    odd += a[atA + i + 1]! * b[atB + i + 1]!;
  }
  return mirrored ? even - odd : even + odd;
};
