/** From pixels to the numbers that a model was trained on. */
import type { InputSpec, Pixels } from "./pixels.ts";

/**
 * (pixel - mean) / std for each of the 256 values a pixel can have, in Float64 and then rounded once to Float32: looked up
 * rather than computed, so no compiler can fuse or reorder it.
 */
const tableOf = (mean: number, std: number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, value) => (value - mean) / std);

/** @returns 1 x 3 x height x width (NCHW), channels red, green, blue */
export const toTensor = ({ data, width, height }: Pixels, input: InputSpec): Float32Array => {
  const plane = width * height;
  const tensor = new Float32Array(3 * plane);
  for (const channel of [0, 1, 2] as const) {
    const table = tableOf(input.mean[channel], input.std[channel]);
    for (let to = channel * plane, from = channel; from < data.length; to++, from += 3)
      tensor[to] = table[data[from]!]!;
  }
  return tensor;
};
