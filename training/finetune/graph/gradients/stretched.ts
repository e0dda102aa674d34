/** Zeros put between the numbers of an image or a filter, as its dilation, or the gradient of a stride, has it. */
import type { Tensor4D } from "@tensorflow/tfjs";
import { sizeOf } from "../dims.ts";
import type { Pair } from "./gradients.ts";

/**
 * @param from the first of the two neighbouring axes that are stretched
 * @param steps 1 leaves an axis as it is; n puts n - 1 zeros between neighbours
 */
export const stretched = (tensor: Tensor4D, from: 0 | 1, steps: Pair): Tensor4D => {
  let result = tensor;
  for (const [place, step] of steps.entries()) {
    const axis = from + place;
    const shape = result.shape;
    const size = shape[axis]!;
    if (step === 1 || size === 1) continue;
    const before = sizeOf(shape.slice(0, axis + 1));
    const apart = result.reshape([before, 1, result.size / before]).pad([
      [0, 0],
      [0, step - 1],
      [0, 0],
    ]);
    const longer = shape.map((side, at) => (at === axis ? side * step : side)) as Tensor4D["shape"];
    // No zeros follow the last number
    const cut = longer.map((side, at) => (at === axis ? side - step + 1 : side)) as Tensor4D["shape"];
    result = apart.reshape<Tensor4D>(longer).slice([0, 0, 0, 0], cut);
  }
  return result;
};
