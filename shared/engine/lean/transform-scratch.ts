/** How algorithms that transform what they multiply (`assembly/products.ts`) divide their scratch memory. */
import { roundUp } from "./plan.ts";

/** Of all of it: three quarters of a second-level cache of a megabyte. */
const mostBytes = 3 * 2 ** 18;

/** As `spaced` of `assembly/products.ts`. */
const spaced = (bytes: number): number => roundUp(bytes + 1, 128) - 64;

export interface TransformScratch {
  /** Groups of four tiles at a time. */
  chunk: number;
  /** Bytes of a pixel's worth of pads; offsets of what follows them. */
  panelsAt: number;
  preparedAt: number;
  sumsAt: number;
  workAt: number;
  bytes: number;
}

/** @returns undefined where not even one group finds room */
export const divideScratch = (of: {
  /** Channels, rounded up, that a panel of each place has. */
  depth: number;
  places: number;
  /** Places whose weights are ready at once. */
  weightPlaces: number;
  /** Of the whole map. */
  groups: number;
  pad: number;
  work: number;
}): TransformScratch | undefined => {
  const { depth, places, weightPlaces, groups, pad, work } = of;
  // four tiles, eight outputs: i16 in panels and weights, i32 in sums
  const panels = places * spaced(depth * 4 * 2);
  const weights = weightPlaces * spaced(depth * 8 * 2);
  const sums = places * 4 * 8 * 4;
  const panelsAt = roundUp(pad, 64);
  const most = Math.floor((mostBytes - panelsAt - weights - work) / (panels + sums));
  if (most < 1) return undefined;
  const chunk = Math.ceil(groups / Math.ceil(groups / most));
  const preparedAt = panelsAt + chunk * panels;
  const sumsAt = preparedAt + weights;
  const workAt = sumsAt + chunk * sums;
  return { chunk, panelsAt, preparedAt, sumsAt, workAt, bytes: workAt + work };
};
