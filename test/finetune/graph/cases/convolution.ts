import type { Dice } from "../../../lean/dice.ts";
import { type Case, type Draw, photo, weight } from "../case.ts";

const drawConv = (dice: Dice): Case => {
  const kind = dice.oneOf(["whole", "whole", "pointwise", "groups", "depthwise", "multiplied"] as const);
  const groups = kind === "whole" || kind === "pointwise" ? 1 : dice.between(2, 4);
  const inputs = kind === "depthwise" || kind === "multiplied" ? 1 : dice.between(1, 4);
  const outputs = kind === "depthwise" ? 1 : dice.between(1, 4);
  const kernel = kind === "pointwise" ? [1, 1] : [dice.between(1, 4), dice.between(1, 4)];
  const strides = [dice.between(1, 3), dice.between(1, 3)];
  const dilations = dice.chance(0.4) ? [dice.between(1, 3), dice.between(1, 3)] : [1, 1];
  const autoPad = dice.oneOf(["NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]);
  const pads = Array.from({ length: 4 }, () => dice.between(0, 3));
  const [high, wide] = [0, 1].map((at) => dilations[at]! * (kernel[at]! - 1) + 1 + dice.between(0, 6)) as [
    number,
    number,
  ];
  return {
    attributes: {
      kernel_shape: kernel,
      strides,
      dilations: autoPad.startsWith("SAME") ? [1, 1] : dilations,
      group: groups,
      ...(autoPad === "NOTSET" ? { pads } : { auto_pad: { text: autoPad } }),
    },
    operands: [
      photo(dice, [dice.between(1, 3), groups * inputs, high, wide]),
      weight(dice, [groups * outputs, inputs, ...kernel]),
      dice.chance(0.5) ? weight(dice, [groups * outputs]) : undefined,
    ],
  };
};

export const convolutionCases: Record<string, Draw> = { Conv: drawConv };
