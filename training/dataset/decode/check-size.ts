/** What a photo of a format that only training reads may cost, as `shared/pixels/limits.ts` has it for the others. */
import type { Limits } from "../../../shared/pixels/limits.ts";
import { Problem } from "../../../shared/problem.ts";

/** @throws Problem 422 when it has too many pixels, or decoding it would need too much memory */
export const checkSize = (
  format: string,
  width: number,
  height: number,
  bytes: number,
  bytesPerPixel: number,
  limits: Limits,
): void => {
  const needed = 2 * bytes + width * height * bytesPerPixel;
  if (width * height <= limits.pixels && needed <= limits.memory) return;
  throw new Problem(
    422,
    `the ${format} has ${width} x ${height} pixels and would need ${Math.ceil(needed / 1e6)} MB; ` +
      `${limits.pixels / 1e6} megapixels and ${limits.memory / 1e6} MB are the most we take: scale it down`,
  );
};
