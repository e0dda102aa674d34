/** From a decoded photo to the square that the model sees: crop, resize and turn upright, in one go. */
import type { Decoded } from "./decode.ts";
import { turnOf } from "./orientation.ts";
import type { Box, InputSpec, Pixels, View } from "./pixels.ts";
import { resize } from "./resize.ts";
import { type AxisWeights, bicubicWeights, mirrorOutput, mirrorSource } from "./weights.ts";

/** Where the model looks, in the upright photo at its full size, before any scaling. */
export const cropBox = (width: number, height: number, crop: number, { zoom = 1, x = 0.5, y = 0.5 }: View): Box => {
  const square = Math.min(width, height) * crop;
  const side = square * zoom;
  return {
    x: (width - square) / 2 + (square - side) * x,
    y: (height - square) / 2 + (square - side) * y,
    width: side,
    height: side,
  };
};

/** One axis of the upright photo, along which the crop runs. */
interface Axis {
  /** Of the photo at full size, in pixels. */
  full: number;
  /** As decoded; a scaled decode rounds it up. */
  decoded: number;
  /** The decoder's pixels lie in the opposite order. */
  mirrored: boolean;
}

/** Weights for the decoder's pixels, computed along the upright axis, so that turning first would give the same sums. */
const axisWeights = (axis: Axis, scale: number, from: number, extent: number, size: number): AxisWeights => {
  // what rounding up added lies at the decoder's right and bottom: before an axis that is mirrored
  const padding = axis.mirrored ? axis.decoded - axis.full / scale : 0;
  const weights = bicubicWeights(axis.decoded, from / scale + padding, extent / scale, size);
  return axis.mirrored ? mirrorSource(weights, axis.decoded) : weights;
};

/** Rows become columns. */
const transpose = ({ data, width, height }: Pixels): Pixels => {
  const out = new Uint8Array(data.length);
  let to = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0, from = x * 3; y < height; y++, from += width * 3) {
      out[to++] = data[from]!;
      out[to++] = data[from + 1]!;
      out[to++] = data[from + 2]!;
    }
  return { data: out, width: height, height: width };
};

/**
 * The result is, to the bit, what turning the decoded photo upright first, then cropping, then resizing its columns before
 * its rows would give; but only the small square is ever turned.
 *
 * @param view another look than the plain centre one
 * @returns upright RGB, `input.size` x `input.size`, and the part of the upright photo that it shows
 */
export const cropPhoto = (
  decoded: Omit<Decoded, "format">,
  input: InputSpec,
  view: View = {},
): { pixels: Pixels; box: Box } => {
  const box = cropBox(decoded.width, decoded.height, input.crop, view);
  return { pixels: showBox(decoded, box, input.size, view.flip), box };
};

/**
 * @param box of the upright photo at its full size
 * @returns upright RGB, `size` x `size`: what the box holds, squashed where it is no square
 */
export const showBox = (decoded: Omit<Decoded, "format">, box: Box, size: number, flip = false): Pixels => {
  const { pixels, scale, orientation, width, height } = decoded;
  const { mirrorX, mirrorY, transposed } = turnOf(orientation);
  const along: Axis = transposed
    ? { full: width, decoded: pixels.height, mirrored: mirrorY }
    : { full: width, decoded: pixels.width, mirrored: mirrorX };
  const down: Axis = transposed
    ? { full: height, decoded: pixels.width, mirrored: mirrorX }
    : { full: height, decoded: pixels.height, mirrored: mirrorY };
  const plain = axisWeights(along, scale, box.x, box.width, size);
  const horizontal = flip ? mirrorOutput(plain) : plain;
  const vertical = axisWeights(down, scale, box.y, box.height, size);
  return transposed ? transpose(resize(pixels, vertical, horizontal, "y")) : resize(pixels, horizontal, vertical, "x");
};
