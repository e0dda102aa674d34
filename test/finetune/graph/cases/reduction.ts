import type { Dice } from "../../../lean/dice.ts";
import { type Draw, distinct, integersOf, type Operand, photo, positive, shapeOf } from "../case.ts";

/** The version since which axes are an input. */
const reduce =
  (axesAsInput: number, make: (dice: Dice, dims: readonly number[]) => Operand = photo): Draw =>
  (dice) => {
    const rank = dice.between(2, 4);
    const axes = Array.from({ length: rank }, (_, axis) => axis)
      .filter(() => dice.chance(0.5))
      .map((axis) => (dice.chance(0.3) ? axis - rank : axis));
    const opset = dice.oneOf([axesAsInput - 1, axesAsInput]);
    const x = make(dice, shapeOf(dice, rank, 5));
    const keepdims = dice.between(0, 1);
    if (axes.length === 0) return { operands: [x], attributes: { keepdims }, opset };
    if (opset === axesAsInput) return { operands: [x, integersOf(...axes)], attributes: { keepdims }, opset };
    return { operands: [x], attributes: { keepdims, axes }, opset };
  };

const overAxis: Draw = (dice) => {
  const rank = dice.between(2, 4);
  return {
    operands: [photo(dice, shapeOf(dice, rank, 5))],
    ...(dice.chance(0.7) && { attributes: { axis: dice.between(-rank, rank - 1) } }),
    opset: dice.oneOf([11, 13]),
  };
};

const cumulative: Draw = (dice) => {
  const rank = dice.between(1, 4);
  const axis: Operand = { dims: [], numbers: BigInt64Array.of(BigInt(dice.between(-rank, rank - 1))), as: "constant" };
  return {
    operands: [photo(dice, shapeOf(dice, rank, 5)), axis],
    attributes: { exclusive: dice.between(0, 1), reverse: dice.between(0, 1) },
  };
};

export const reductionCases: Record<string, Draw> = {
  CumSum: cumulative,
  ReduceMean: reduce(18),
  ReduceSum: reduce(13),
  ReduceMax: reduce(18, distinct),
  ReduceMin: reduce(18, distinct),
  ReduceSumSquare: reduce(18),
  ReduceL2: reduce(18, positive),
  ReduceLogSumExp: reduce(18),
  Softmax: overAxis,
  LogSoftmax: overAxis,
};
