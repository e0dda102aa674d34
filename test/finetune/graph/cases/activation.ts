import type { Dice } from "../../../lean/dice.ts";
import type { Attribute } from "../case.ts";
import { type Draw, distinct, type Operand, off, operatorNode, photo, scalar, shapeOf } from "../case.ts";

const shape = (dice: Dice): number[] => shapeOf(dice, dice.between(2, 4), 5);

const bent =
  (bends: readonly number[], attributes: (dice: Dice) => Record<string, Attribute> = () => ({}), opset = 17): Draw =>
  (dice) => ({ operands: [off(dice, shape(dice), bends, 2)], attributes: attributes(dice), opset });

const smooth =
  (attributes: (dice: Dice) => Record<string, Attribute> = () => ({}), opset = 17): Draw =>
  (dice) => ({ operands: [photo(dice, shape(dice))], attributes: attributes(dice), opset });

const around = (dice: Dice, middle: number) => ({ float: Math.fround(middle * (0.5 + dice.next())) });

const drawClip: Draw = (dice) => {
  const [low, high] = dice.oneOf([
    [0, 6],
    [-1, 1],
    [0.5, 2],
  ] as const);
  const x = off(dice, shape(dice), [low, high], 3);
  if (dice.chance(0.3)) return { operands: [x], attributes: { min: { float: low }, max: { float: high } }, opset: 6 };
  const bound = (of: number): Operand | undefined => (dice.chance(0.8) ? scalar(of) : undefined);
  return { operands: [x, bound(low), bound(high)], opset: 13 };
};

export const activationCases: Record<string, Draw> = {
  Relu: bent([0]),
  LeakyRelu: bent([0], (dice) => (dice.chance(0.5) ? { alpha: around(dice, 0.1) } : {})),
  PRelu: (dice) => {
    const [photos, channels, ...rest] = shapeOf(dice, 4, 5);
    const slope = dice.chance(0.5) ? [channels!, 1, 1] : [1];
    return {
      operands: [off(dice, [photos!, channels!, ...rest], [0], 2), { ...distinct(dice, slope), as: "weight" }],
    };
  },
  Elu: bent([0], (dice) => ({ alpha: around(dice, 1) })),
  Selu: bent([0], (dice) => (dice.chance(0.5) ? { alpha: around(dice, 1.5), gamma: around(dice, 1) } : {})),
  Celu: bent([0], (dice) => ({ alpha: around(dice, 1) })),
  Sigmoid: smooth(),
  HardSigmoid: bent([-2.5, 2.5]),
  HardSwish: bent([-3, 3]),
  Tanh: smooth(),
  Erf: smooth(),
  Gelu: smooth((dice) => ({ approximate: { text: dice.oneOf(["none", "tanh"]) } }), 20),
  Softplus: smooth(),
  Softsign: bent([0]),
  Mish: smooth(undefined, 18),
  Clip: drawClip,
};

/** As exporters write it before there was an operator for it. */
export const erfGelu: Draw = (dice) => ({
  operands: [photo(dice, shape(dice)), scalar(Math.SQRT2), scalar(1), scalar(0.5)],
  nodes: ([x, root, one, half]) => [
    operatorNode("Div", [x!, root!], ["scaled"]),
    operatorNode("Erf", ["scaled"], ["bend"]),
    operatorNode("Add", ["bend", one!], ["risen"]),
    operatorNode("Mul", [x!, "risen"], ["product"]),
    operatorNode("Mul", ["product", half!], ["y0"]),
  ],
});
