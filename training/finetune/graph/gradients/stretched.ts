/** A filter with zeros put between its taps: what its dilation means. */
import type { Tensor4D } from "@tensorflow/tfjs";
import { sizeOf } from "../dims.ts";
import type { Pair } from "./gradients.ts";

/** @param steps 1 leaves height or width as it is; n puts n - 1 zeros between neighbours */
export const stretched = (filter: Tensor4D, steps: Pair): Tensor4D => {
  let result = filter;
  for (const [axis, step] of steps.entries()) {
    const shape = result.shape;
    const size = shape[axis]!;
    if (step === 1 || size === 1) continue;
    const before = sizeOf(shape.slice(0, axis));
    const rest = sizeOf(shape.slice(axis + 1));
    const apart = result.reshape([before * size, 1, rest]).pad([
      [0, 0],
      [0, step - 1],
      [0, 0],
    ]);
    // No zeros follow the last tap
    const length = (size - 1) * step + 1;
    const cut = apart.reshape([before, size * step, rest]).slice([0, 0, 0], [before, length, rest]);
    result = cut.reshape(shape.map((side, at) => (at === axis ? length : side)) as Tensor4D["shape"]);
  }
  return result;
};
