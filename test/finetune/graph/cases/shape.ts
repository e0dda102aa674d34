import { DataType } from "../../../../shared/onnx/tensor.ts";
import { type Draw, flat, integersOf, photo, shapeOf } from "../case.ts";

export const shapeCases: Record<string, Draw> = {
  Reshape: (dice) => {
    const [a, b, c] = shapeOf(dice, 3) as [number, number, number];
    const wanted = dice.oneOf([
      [a, b * c],
      [-1, c],
      [0, -1],
      [0, 0, c, 1],
      [c, -1],
    ]);
    return { operands: [photo(dice, [a, b, c]), integersOf(...wanted)] };
  },
  Flatten: (dice) => ({
    operands: [photo(dice, shapeOf(dice, 4))],
    attributes: dice.chance(0.5) ? { axis: dice.between(-3, 4) } : {},
  }),
  Transpose: (dice) => {
    const dims = shapeOf(dice, dice.between(2, 5), 4);
    const perm = dims.map((_, axis) => axis);
    for (let at = perm.length - 1; at > 0; at--) {
      const other = dice.between(0, at);
      [perm[at], perm[other]] = [perm[other]!, perm[at]!];
    }
    return { operands: [photo(dice, dims)], attributes: dice.chance(0.8) ? { perm } : {} };
  },
  Squeeze: (dice) => {
    const [a, b] = shapeOf(dice, 2);
    const x = photo(dice, [1, a! + 1, 1, b! + 1]);
    const axes = dice.oneOf([[0], [0, 2], [-2], undefined]);
    if (!axes) return { operands: [x] };
    return dice.chance(0.5)
      ? { operands: [x], attributes: { axes }, opset: 11 }
      : { operands: [x, integersOf(...axes)], opset: 13 };
  },
  Unsqueeze: (dice) => {
    const x = photo(dice, shapeOf(dice, dice.between(1, 3)));
    const axes = dice.oneOf([[0], [0, 2], [1], [-1]]);
    return dice.chance(0.5)
      ? { operands: [x], attributes: { axes: axes.map((axis) => Math.max(0, axis)) }, opset: 11 }
      : { operands: [x, integersOf(...axes)], opset: 13 };
  },
  Expand: (dice) => {
    const [a, b] = shapeOf(dice, 2) as [number, number];
    return dice.oneOf([
      { operands: [photo(dice, [1, b]), integersOf(a, b)] },
      { operands: [photo(dice, [a, 1]), integersOf(3, 1, b)] },
      { operands: [photo(dice, [a, b]), integersOf(1)] },
    ]);
  },
  Identity: (dice) => ({ operands: [photo(dice, shapeOf(dice, 3))] }),
  Dropout: (dice) => ({ operands: [photo(dice, shapeOf(dice, 3))] }),
  Cast: (dice) => ({ operands: [flat(photo(dice, shapeOf(dice, 3)))], attributes: { to: DataType.FLOAT } }),
};
