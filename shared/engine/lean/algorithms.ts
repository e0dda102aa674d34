/** Which convolutions run by fewer multiplications than they have by definition (`assembly/products.ts`), and by which algorithm. */
import { line } from "./line.ts";
import type { Convolution } from "./operators.ts";
import type { Plan } from "./plan.ts";
import { strassen } from "./strassen.ts";
import type { TransformScratch } from "./transform-scratch.ts";
import { winograd } from "./winograd.ts";

export interface Algorithm {
  /** An export of the kernels. */
  kernel: string;
  /** Undefined where it would be inexact, or not faster. */
  scratch(operator: Convolution, plan: Plan): TransformScratch | undefined;
}

const algorithms: readonly Algorithm[] = [strassen, line, winograd];

export interface Chosen {
  kernel: string;
  scratch: TransformScratch;
}

export const algorithmOf = (operator: Convolution, plan: Plan): Chosen | undefined => {
  const { type, pitch } = plan.tensors[operator.input]!;
  // a pitch of four has no eight channels to read at a time
  if (type !== "u8" || pitch === 4 || operator.groups !== 1) return undefined;
  for (const { kernel, scratch } of algorithms) {
    const found = scratch(operator, plan);
    if (found) return { kernel, scratch: found };
  }
  return undefined;
};
