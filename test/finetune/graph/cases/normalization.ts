import { type Draw, flat, photo, positive, shapeOf, weight } from "../case.ts";

const epsilon = { float: 1e-3 };

export const normalizationCases: Record<string, Draw> = {
  BatchNormalization: (dice) => {
    const dims = shapeOf(dice, dice.oneOf([2, 3, 4]), 5);
    const channels = [dims[1]!];
    return {
      attributes: dice.chance(0.5) ? { epsilon } : {},
      operands: [
        photo(dice, dims),
        weight(dice, channels, 1, 0.3),
        weight(dice, channels),
        weight(dice, channels),
        { ...positive(dice, channels), as: "weight" },
      ],
    };
  },
  LayerNormalization: (dice) => {
    const dims = [dice.between(1, 3), dice.between(1, 4), dice.between(3, 6)];
    const axis = dice.oneOf([-1, 2, 1]);
    const normalised = dims.slice(axis);
    return {
      attributes: { axis, epsilon },
      operands: [
        photo(dice, dims),
        weight(dice, normalised, 1, 0.3),
        dice.chance(0.5) ? weight(dice, normalised) : undefined,
      ],
      tolerance: 1e-4,
    };
  },
  InstanceNormalization: (dice) => {
    const dims = [dice.between(1, 3), dice.between(1, 4), dice.between(2, 5), dice.between(2, 5)];
    const channels = [dims[1]!];
    return {
      attributes: { epsilon },
      operands: [
        photo(dice, dice.chance(0.5) ? dims : dims.slice(0, 3)),
        weight(dice, channels, 1, 0.3),
        flat(weight(dice, channels)),
      ],
      tolerance: 1e-4,
    };
  },
};
