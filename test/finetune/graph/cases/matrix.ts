import { type Draw, photo, weight } from "../case.ts";

const drawGemm: Draw = (dice) => {
  const [rows, inner, columns] = [dice.between(1, 6), dice.between(1, 6), dice.between(1, 6)];
  const [turnA, turnB] = [dice.between(0, 1), dice.between(0, 1)];
  const bias = dice.oneOf([[columns], [1, columns], [rows, columns], undefined] as const);
  return {
    attributes: {
      transA: turnA,
      transB: turnB,
      ...(dice.chance(0.3) && { alpha: { float: 0.5 }, beta: { float: 2 } }),
    },
    operands: [
      photo(dice, turnA ? [inner, rows] : [rows, inner]),
      weight(dice, turnB ? [columns, inner] : [inner, columns]),
      bias && weight(dice, bias),
    ],
  };
};

const drawMatMul: Draw = (dice) => {
  const [rows, inner, columns] = [dice.between(1, 6), dice.between(1, 6), dice.between(1, 6)];
  const [a, b] = [dice.between(1, 3), dice.between(1, 3)];
  const [left, right] = dice.oneOf([
    [
      [rows, inner],
      [inner, columns],
    ],
    [
      [a, rows, inner],
      [inner, columns],
    ],
    [
      [a, b, rows, inner],
      [a, b, inner, columns],
    ],
    [
      [a, 1, rows, inner],
      [1, b, inner, columns],
    ],
    [
      [rows, inner],
      [a, b, inner, columns],
    ],
    [[inner], [inner, columns]],
    [[a, rows, inner], [inner]],
  ] as const);
  return { operands: [photo(dice, left), dice.chance(0.5) ? weight(dice, right) : photo(dice, right)] };
};

export const matrixCases: Record<string, Draw> = { Gemm: drawGemm, MatMul: drawMatMul };
