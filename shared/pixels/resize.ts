/** Resamples pixels in two passes, one along each axis, in integers: 8-bit in, 8-bit out, 32-bit sums between. */
import type { Pixels } from "./pixels.ts";
import { type AxisWeights, FRACTION_BITS } from "./weights.ts";

const HALF = 1 << (FRACTION_BITS - 1);

/** The source positions that any output needs: from (inclusive) and to (exclusive). */
const reach = ({ first, taps }: AxisWeights): { from: number; to: number } => {
  let from = first[0]!;
  let to = 0;
  for (let i = 0; i < first.length; i++) {
    from = Math.min(from, first[i]!);
    to = Math.max(to, first[i]! + taps[i]!);
  }
  return { from, to };
};

/** Rows `from` to `to` of `source`, each resampled to as many pixels as there are weights. */
const resampleRows = (source: Pixels, axis: AxisWeights, from: number, to: number): Pixels => {
  const { first, taps, weights, widest } = axis;
  const { data } = source;
  const width = first.length;
  // negative weights overshoot; a clamped array brings that back to 0 to 255
  const out = new Uint8ClampedArray(width * (to - from) * 3);
  let at = 0;
  for (let y = from; y < to; y++) {
    const row = y * source.width * 3;
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let pixel = row + first[x]! * 3;
      const end = x * widest + taps[x]!;
      for (let tap = x * widest; tap < end; tap++, pixel += 3) {
        const weight = weights[tap]!;
        red = (red + Math.imul(data[pixel]!, weight)) | 0;
        green = (green + Math.imul(data[pixel + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[pixel + 2]!, weight)) | 0;
      }
      out[at++] = red >> FRACTION_BITS;
      out[at++] = green >> FRACTION_BITS;
      out[at++] = blue >> FRACTION_BITS;
    }
  }
  return { data: new Uint8Array(out.buffer), width, height: to - from };
};

/** Columns `from` to `to` of `source`, each resampled to as many pixels as there are weights. */
const resampleColumns = (source: Pixels, axis: AxisWeights, from: number, to: number): Pixels => {
  const { first, taps, weights, widest } = axis;
  const { data } = source;
  const height = first.length;
  const samples = (to - from) * 3;
  const out = new Uint8ClampedArray(samples * height);
  const sums = new Int32Array(samples);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let tap = 0; tap < taps[y]!; tap++) {
      const weight = weights[y * widest + tap]!;
      const row = ((first[y]! + tap) * source.width + from) * 3;
      for (let i = 0; i < samples; i++) sums[i] = (sums[i]! + Math.imul(data[row + i]!, weight)) | 0;
    }
    for (let i = 0, at = y * samples; i < samples; i++, at++) out[at] = sums[i]! >> FRACTION_BITS;
  }
  return { data: new Uint8Array(out.buffer), width: to - from, height };
};

/** The same weights for a source whose first `removed` positions are gone. */
const shift = (axis: AxisWeights, removed: number): AxisWeights => ({
  ...axis,
  first: axis.first.map((position) => position - removed),
});

/**
 * @param x weights from source columns to output columns
 * @param y weights from source rows to output rows
 * @param first which axis is resampled first; the 8-bit rounding in between makes the order matter
 * @returns as wide as `x` and as high as `y`
 */
export const resize = (source: Pixels, x: AxisWeights, y: AxisWeights, first: "x" | "y"): Pixels => {
  const columns = reach(x);
  const rows = reach(y);
  if (first === "x") {
    const narrow = resampleRows(source, x, rows.from, rows.to);
    return resampleColumns(narrow, shift(y, rows.from), 0, narrow.width);
  }
  const low = resampleColumns(source, y, columns.from, columns.to);
  return resampleRows(low, shift(x, columns.from), 0, low.height);
};
