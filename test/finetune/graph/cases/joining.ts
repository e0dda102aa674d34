import { type Draw, floatsOf, integersOf, type Operand, photo, scalar, shapeOf, weight } from "../case.ts";

const drawSlice: Draw = (dice) => {
  const dims = shapeOf(dice, dice.between(1, 4), 7);
  const axes = dims.map((_, axis) => axis).filter((axis) => axis === 0 || dice.chance(0.5));
  const spans = axes.map((axis) => {
    const size = dims[axis]!;
    const step = dice.oneOf([1, 1, 2, 3, -1, -2]);
    const [first, last] = [dice.between(0, size - 1), dice.between(0, size - 1)];
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    // Ends far away mean as far as there is something
    if (step > 0)
      return { start: dice.chance(0.3) ? low - size : low, end: dice.chance(0.3) ? 2 ** 31 - 1 : high + 1, step };
    return { start: high, end: dice.chance(0.5) ? -(2 ** 31) : low - 1 - size, step };
  });
  const x = photo(dice, dims);
  if (spans.every(({ step }) => step === 1) && dice.chance(0.5))
    return {
      operands: [x],
      attributes: { axes, starts: spans.map(({ start }) => start), ends: spans.map(({ end }) => end) },
      opset: 9,
    };
  return {
    operands: [
      x,
      integersOf(...spans.map(({ start }) => start)),
      integersOf(...spans.map(({ end }) => end)),
      integersOf(...axes.map((axis) => (dice.chance(0.3) ? axis - dims.length : axis))),
      integersOf(...spans.map(({ step }) => step)),
    ],
  };
};

const drawGather: Draw = (dice) => {
  const dims = shapeOf(dice, dice.between(1, 4), 5);
  const axis = dice.between(0, dims.length - 1);
  const size = dims[axis]!;
  const shape = dice.oneOf([[], [3], [2, 2]]);
  const count = shape.reduce((product, side) => product * side, 1);
  const numbers = BigInt64Array.from({ length: count }, () => BigInt(dice.between(-size, size - 1)));
  const indices: Operand = { dims: shape, numbers, as: "constant" };
  return { operands: [dice.chance(0.5) ? photo(dice, dims) : weight(dice, dims), indices], attributes: { axis } };
};

const drawPad: Draw = (dice) => {
  const dims = shapeOf(dice, dice.oneOf([2, 3, 4]), 4).map((side) => side + 2);
  const mode = dice.oneOf(["constant", "reflect", "edge"]);
  const low = mode === "constant" ? -1 : 0;
  const pads = Array.from({ length: 2 * dims.length }, () => dice.between(low, 2));
  const x = photo(dice, dims);
  if (dice.chance(0.3))
    return { operands: [x], attributes: { mode: { text: mode }, pads, value: { float: 0.5 } }, opset: 10 };
  const value = mode === "constant" && dice.chance(0.5) ? scalar(-1.5) : undefined;
  return { operands: [x, integersOf(...pads), value], attributes: { mode: { text: mode } }, opset: 13 };
};

const drawSplit: Draw = (dice) => {
  const parts = [dice.between(1, 3), dice.between(1, 3), dice.between(1, 3)];
  const axis = dice.between(0, 2);
  const dims = shapeOf(dice, 3, 4);
  dims[axis] = parts.reduce((sum, part) => sum + part, 0);
  const outputs = parts.length;
  const x = photo(dice, dims);
  return dice.oneOf([
    { operands: [x], attributes: { axis, split: parts }, outputs, opset: 11 },
    { operands: [x, integersOf(...parts)], attributes: { axis: axis - 3 }, outputs, opset: 13 },
    { operands: [x], attributes: { axis, num_outputs: 2 }, outputs: 2, opset: 18 },
  ]);
};

const drawResize: Draw = (dice) => {
  const dims = [dice.between(1, 2), dice.between(1, 3), dice.between(2, 6), dice.between(2, 6)];
  const mode = dice.oneOf(["nearest", "linear", "cubic"]);
  const coordinates = dice.oneOf(["half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel"]);
  const rounding = dice.oneOf(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]);
  const attributes = {
    mode: { text: mode },
    coordinate_transformation_mode: { text: coordinates },
    ...(mode === "nearest" && { nearest_mode: { text: rounding } }),
  };
  const x = photo(dice, dims);
  const scales = [1, 1, dice.oneOf([1, 1.5, 2, 3, 0.5]), dice.oneOf([1, 1.5, 2, 0.75])];
  if (dice.chance(0.5)) return { operands: [x, undefined, floatsOf(...scales)], attributes, opset: 13 };
  const sizes = [dims[0]!, dims[1]!, dice.between(2, 12), dice.between(2, 12)];
  return { operands: [x, undefined, undefined, integersOf(...sizes)], attributes, opset: 13 };
};

export const joiningCases: Record<string, Draw> = {
  Concat: (dice) => {
    const dims = shapeOf(dice, dice.between(1, 4), 4);
    const axis = dice.between(0, dims.length - 1);
    const parts = Array.from({ length: dice.between(1, 3) }, () =>
      photo(
        dice,
        dims.map((side, at) => (at === axis ? dice.between(1, 4) : side)),
      ),
    );
    return { operands: parts, attributes: { axis: dice.chance(0.3) ? axis - dims.length : axis } };
  },
  Split: drawSplit,
  Slice: drawSlice,
  Gather: drawGather,
  Pad: drawPad,
  Tile: (dice) => {
    const dims = shapeOf(dice, dice.between(1, 4), 3);
    return { operands: [photo(dice, dims), integersOf(...dims.map(() => dice.between(1, 3)))] };
  },
  Resize: drawResize,
};
