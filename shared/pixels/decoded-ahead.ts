/** Photos that whoever sends them decoded as `decodePhoto` would have: a JPEG at 1/2, 1/4 or 1/8 of its size, sent without loss. */
import { Problem } from "../problem.ts";
import type { DctScale } from "./dct-scale.ts";
import type { Decoded } from "./decode.ts";

/** Of the upright photo, in pixels. */
export interface FullSize {
  width: number;
  height: number;
}

const scales: readonly DctScale[] = [2, 4, 8];

/**
 * What `decodePhoto` would have made of the whole photo. Where a side is no multiple of the scale, what rounding up added lies
 * at its right or bottom.
 *
 * @param decoded the smaller photo
 * @throws Problem 400 when `full` is not its size, doubled once to three times
 */
export const asOfFullSize = (decoded: Decoded, full: FullSize): Decoded => {
  const { width, height } = decoded;
  const scale = scales.find((by) => Math.ceil(full.width / by) === width && Math.ceil(full.height / by) === height);
  if (scale !== undefined && decoded.scale === 1) return { ...decoded, ...full, scale };
  throw new Problem(
    400,
    `full is ${full.width}x${full.height}, and the ${decoded.format} has ${width} x ${height} pixels, which is not 1/2, 1/4 or 1/8 of that, decoded ahead; leave full out`,
    { title: "Bad request" },
  );
};
