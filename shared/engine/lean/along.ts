/** Layers that are done along with the one before them, since both gather, and transform, the same pixels. */
import { algorithmOf } from "./algorithms.ts";
import type { Convolution, Operator } from "./operators.ts";
import { type Plan, spanOf, type TensorIndex } from "./plan.ts";

/** Of each operator, whether it is: 1 x 1 convolutions of one map, by the same kernel, that write to different places. */
export const areDoneAlong = (plan: Plan): boolean[] => {
  let together: Convolution[] = [];
  return plan.operators.map((operator) => {
    const pointwise = isPointwise(operator) ? [operator] : [];
    const along = together.length > 0 && pointwise.some((next) => together.every((one) => isSibling(one, next, plan)));
    together = along ? [...together, ...pointwise] : pointwise;
    return along;
  });
};

export const isPointwise = (operator: Operator): operator is Convolution =>
  operator.op === "conv" &&
  operator.groups === 1 &&
  [...operator.window.kernel, ...operator.window.strides].every((side) => side === 1);

const isSibling = (one: Convolution, other: Convolution, plan: Plan): boolean =>
  one.input === other.input &&
  algorithmOf(one, plan)?.kernel === algorithmOf(other, plan)?.kernel &&
  isApart(one.output, other.output, plan);

const isApart = (one: TensorIndex, other: TensorIndex, { tensors }: Plan): boolean => {
  const [a, b] = [tensors[one]!, tensors[other]!];
  return a.offset + spanOf(a) <= b.offset || b.offset + spanOf(b) <= a.offset;
};
