/** Which convolutions run as `assembly/line.ts`. */
import type { Algorithm } from "./algorithms.ts";
import { roundUp } from "./plan.ts";
import { divideScratch } from "./transform-scratch.ts";

/** With eight taps below 1,028, from where eight times a sum could leave int32. */
const mostInputs = 512;
const mostTaps = 8;

/** Fewer channels, or a smaller part of the products saved, than what transformations cost. */
const fewestChannels = 16;
const mostProducts = 0.75;

const places = 24;

export const line: Algorithm = {
  kernel: "line_u8",
  scratch({ input, output, window }, { tensors }) {
    const { channels } = tensors[input]!;
    const { channels: outputs, height, width } = tensors[output]!;
    const [rows, columns] = window.kernel;
    const taps = rows * columns;
    if (Math.min(rows, columns) !== 1 || taps > mostTaps) return undefined;
    if ([...window.strides, ...window.dilations].some((step) => step !== 1)) return undefined;
    if (channels < fewestChannels || channels > mostInputs || outputs < fewestChannels) return undefined;
    const [lines, length] = rows > 1 ? [width, height] : [height, width];
    const groups = Math.ceil(lines / 4) * Math.ceil(length / 10);
    if (groups * 4 * places > mostProducts * lines * length * taps) return undefined;
    const depth = roundUp(channels, 8);
    // pointers to four tiles of 17, and these spread
    const work = 4 * 17 * 4 + places * 4 * 16;
    return divideScratch({ depth, places, weightPlaces: places, groups, pad: depth, work });
  },
};
