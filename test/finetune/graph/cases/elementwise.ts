import type { NodeProto } from "../../../../shared/onnx/model.ts";
import { DataType } from "../../../../shared/onnx/tensor.ts";
import type { Dice } from "../../../lean/dice.ts";
import {
  type Draw,
  distinct,
  flat,
  type Operand,
  off,
  operatorNode,
  photo,
  positive,
  scalar,
  shapeOf,
  weight,
} from "../case.ts";

/** A shape that broadcasts with `dims`: sides of 1, or axes left out at the front. */
const narrowed = (dice: Dice, dims: readonly number[]): number[] =>
  dims.map((side) => (dice.chance(0.4) ? 1 : side)).slice(dice.chance(0.3) ? dice.between(0, dims.length) : 0);

type Make = (dice: Dice, dims: readonly number[]) => Operand;

const pair =
  (first: Make = photo, second: Make = weight): Draw =>
  (dice) => {
    const dims = shapeOf(dice, dice.between(1, 5), 4);
    const operands = [first(dice, dims), second(dice, narrowed(dice, dims))];
    return { operands: dice.chance(0.5) ? operands : operands.reverse() };
  };

const one =
  (make: Make = photo): Draw =>
  (dice) => ({ operands: [make(dice, shapeOf(dice, dice.between(1, 5), 4))] });

const several =
  (make: Make): Draw =>
  (dice) => {
    const dims = shapeOf(dice, dice.between(1, 4), 4);
    return { operands: Array.from({ length: dice.between(1, 3) }, () => make(dice, dims)) };
  };

/** Numbers of a few values, so that some are equal. */
const few: Make = (dice, dims) => {
  const operand = flat(photo(dice, dims));
  return { ...operand, numbers: (operand.numbers as Float32Array).map(Math.round) };
};

const level =
  (make: Make): Make =>
  (dice, dims) =>
    flat(make(dice, dims));

/** Truth values have no place in a graph's floats: they are compared into being, and cast. */
const judged =
  (judge: (a: string, b: string) => NodeProto[]): Draw =>
  (dice) => ({
    ...pair(few, few)(dice),
    nodes: ([a, b]) => [...judge(a!, b!), operatorNode("Cast", ["truth"], ["y0"], { to: DataType.FLOAT })],
  });
const comparison = (opType: string): Draw => judged((a, b) => [operatorNode(opType, [a, b], ["truth"])]);
const connective = (opType: string): Draw =>
  judged((a, b) => [
    operatorNode("Less", [a, b], ["less"]),
    operatorNode("Equal", [a, b], ["equal"]),
    operatorNode(opType, opType === "Not" ? ["less"] : ["less", "equal"], ["truth"]),
  ]);

const drawWhere: Draw = (dice) => {
  const dims = shapeOf(dice, dice.between(1, 4), 4);
  return {
    operands: [distinct(dice, dims), weight(dice, narrowed(dice, dims)), flat(few(dice, narrowed(dice, dims)))],
    nodes: ([a, b, c]) => [
      operatorNode("Greater", [a!, c!], ["truth"]),
      operatorNode("Where", ["truth", a!, b!], ["y0"]),
    ],
  };
};

/** Each of them farther from the others everywhere than they are moved. */
const apart: Draw = (dice) => {
  const dims = shapeOf(dice, dice.between(1, 4), 4);
  const shifted = (at: number): Operand => {
    const operand = distinct(dice, dims);
    return { ...operand, numbers: (operand.numbers as Float32Array).map((number) => 2 * number + 0.066 * at) };
  };
  return { operands: Array.from({ length: dice.between(1, 3) }, (_, at) => shifted(at)) };
};

export const elementwiseCases: Record<string, Draw> = {
  Add: pair(),
  Sub: pair(),
  Mul: pair(),
  Div: (dice) => {
    const dims = shapeOf(dice, dice.between(1, 5), 4);
    const operands = [photo(dice, dims), positive(dice, narrowed(dice, dims))] as const;
    return { operands: dice.chance(0.5) ? operands : [operands[1], { ...positive(dice, dims), as: "weight" }] };
  },
  Pow: (dice) =>
    dice.chance(0.5)
      ? { operands: [photo(dice, shapeOf(dice, 4)), scalar(dice.oneOf([2, 3]))] }
      : pair(positive, positive)(dice),
  Min: apart,
  Max: apart,
  Sum: several(photo),
  Mean: several(photo),
  Neg: one(),
  Abs: one((dice, dims) => off(dice, dims, [0])),
  Sqrt: one(positive),
  Exp: one(),
  Log: one(positive),
  Reciprocal: one(positive),
  Sin: one(),
  Cos: one(),
  Floor: one(level(photo)),
  Ceil: one(level(photo)),
  Round: one(level(photo)),
  Sign: one(few),
  Where: drawWhere,
  ...Object.fromEntries(
    ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].map((name) => [name, comparison(name)]),
  ),
  ...Object.fromEntries(["And", "Or", "Not"].map((name) => [name, connective(name)])),
};
