/** Which convolutions run as `assembly/strassen.ts`. */
import type { Algorithm } from "./algorithms.ts";
import { divideScratch } from "./transform-scratch.ts";

/** With fewer, transformations cost more than the products saved. */
const fewest = { inputs: 256, outputs: 64, pixels: 64 };

/** Groups at a time, or weights are transformed too often. */
const fewestGroups = 3;

export const strassen: Algorithm = {
  kernel: "strassen_u8",
  scratch({ input, output, window }, { tensors }) {
    const { channels } = tensors[input]!;
    const { channels: outputs, height, width } = tensors[output]!;
    if ([...window.kernel, ...window.strides].some((side) => side !== 1)) return undefined;
    if (channels < fewest.inputs || outputs < fewest.outputs || height * width < fewest.pixels) return undefined;
    // quarters are whole panels of outputs, and channels eight at a time
    if (channels % 32 !== 0 || outputs % 32 !== 0) return undefined;
    const groups = Math.floor((height * width) / 16);
    // bytes of four blocks, and the seven times four that they are spread to
    const work = 128 + 28 * 64;
    const divided = divideScratch({ depth: channels / 4, places: 49, weightPlaces: 7, groups, pad: 0, work });
    return divided && divided.chunk >= fewestGroups ? divided : undefined;
  },
};
