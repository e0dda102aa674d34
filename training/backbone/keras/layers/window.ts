/** How far a window of a convolution or pooling reaches beyond its map, and how large what it makes is. */
import { z } from "zod";
import type { Pads, Value } from "../value.ts";
import type { pair } from "./layer.ts";

export const padding = z.enum(["valid", "same"]).default("valid");

export interface Window {
  size: z.infer<typeof pair>;
  strides: z.infer<typeof pair>;
  dilations?: z.infer<typeof pair>;
  padding: z.infer<typeof padding>;
}

/**
 * @returns the zeros on each side, and the sides of what is made. "same" is TensorFlow's: as many windows as the side over the
 *   stride, rounded up, what is odd at the bottom and at the right
 *   (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2)
 */
export const windowed = (
  { height, width, pads: [top, left, bottom, right] }: Value,
  { size, strides, dilations = [1, 1], padding }: Window,
): { pads: Pads; height: number; width: number } => {
  const along = (side: number, axis: 0 | 1): [before: number, after: number, made: number] => {
    const reach = (size[axis] - 1) * dilations[axis] + 1;
    const stride = strides[axis];
    if (padding === "valid") return [0, 0, Math.floor((side - reach) / stride) + 1];
    const made = Math.ceil(side / stride);
    const zeros = Math.max(0, (made - 1) * stride + reach - side);
    return [zeros >> 1, zeros - (zeros >> 1), made];
  };
  const [above, below, rows] = along(top + height + bottom, 0);
  const [before, after, columns] = along(left + width + right, 1);
  return { pads: [top + above, left + before, bottom + below, right + after], height: rows, width: columns };
};
