import type { Dice } from "../../../lean/dice.ts";
import { type Case, type Draw, distinct, photo, shapeOf } from "../case.ts";

const drawPool = (dice: Dice, largest: boolean): Case => {
  const kernel = [dice.between(1, 4), dice.between(1, 4)];
  const size = kernel.map((side) => side + dice.between(0, 7));
  const autoPad = dice.oneOf(["NOTSET", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]);
  const pads = [0, 1, 0, 1].map((place) => dice.between(0, Math.max(0, kernel[place]! - 1)));
  const ceil = Number(autoPad === "NOTSET" && dice.chance(0.5));
  const dims = [dice.between(1, 2), dice.between(1, 3), ...size];
  return {
    attributes: {
      kernel_shape: kernel,
      // onnxruntime refuses strides that leave pixels out where it pads by itself
      strides: kernel.map((side) => dice.between(1, autoPad.startsWith("SAME") ? Math.min(side, 3) : 3)),
      ceil_mode: ceil,
      ...(autoPad === "NOTSET" ? { pads } : { auto_pad: { text: autoPad } }),
      ...(!largest && { count_include_pad: dice.between(0, 1) }),
    },
    operands: [largest ? distinct(dice, dims) : photo(dice, dims)],
    opset: 19,
  };
};

export const poolingCases: Record<string, Draw> = {
  MaxPool: (dice) => drawPool(dice, true),
  AveragePool: (dice) => drawPool(dice, false),
  GlobalAveragePool: (dice) => ({ operands: [photo(dice, shapeOf(dice, 4))] }),
  GlobalMaxPool: (dice) => ({ operands: [distinct(dice, shapeOf(dice, 4))] }),
};
