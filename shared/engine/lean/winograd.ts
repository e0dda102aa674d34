/** Which convolutions run as `assembly/winograd.ts`. */
import type { Algorithm } from "./algorithms.ts";
import { roundUp } from "./plan.ts";
import { divideScratch } from "./transform-scratch.ts";

/** Below 1,827, from where four times a sum could leave int32; with more, transforming weights costs what is saved. */
const mostInputs = 512;

/** Fewer channels, or a smaller part of the products saved, than what transformations cost. */
const fewestChannels = 16;
const mostProducts = 0.75;

export const winograd: Algorithm = {
  kernel: "winograd_u8",
  scratch({ input, output, window }, { tensors }) {
    const { channels } = tensors[input]!;
    const { channels: outputs, height, width } = tensors[output]!;
    const { kernel, strides, dilations } = window;
    const [stride] = strides;
    if (kernel.some((side) => side !== 3) || dilations.some((step) => step !== 1)) return undefined;
    if (stride > 2 || strides[1] !== stride) return undefined;
    if (channels < fewestChannels || channels > mostInputs || outputs < fewestChannels) return undefined;
    const [side, made] = stride === 2 ? [11, 5] : [6, 4];
    const places = side * side;
    const groups = Math.ceil((Math.ceil(height / made) * Math.ceil(width / made)) / 4);
    if (groups * 4 * places > mostProducts * height * width * 9) return undefined;
    const depth = roundUp(channels, 8);
    // pointers of four tiles, a tile halfway, four tiles spread
    const work = places * (4 * 4 + 16 + 4 * 16);
    return divideScratch({ depth, places, weightPlaces: stride === 2 ? 7 : 6, groups, pad: depth, work });
  },
};
