import { describe, expect, it } from "vitest";
import { algorithmOf } from "../../shared/engine/lean/algorithms.ts";
import type { Window } from "../../shared/engine/lean/operators.ts";
import { addConvolution, addPhoto, type Layer, windowOf } from "./convolutions.ts";
import { createDraft, finishDraft, runPlan, type Shape } from "./drafts.ts";
import { slid } from "./windows.ts";

/** A convolution of the photo alone. */
const draftOf = (shape: Shape, layer: Layer) => {
  const draft = createDraft([shape]);
  return { draft, operator: addConvolution(draft, addPhoto(draft, shape), layer) };
};

const same = (rows: number, columns: number): Window =>
  windowOf(rows, columns, 1, [rows >> 1, columns >> 1, rows >> 1, columns >> 1]);

describe("algorithms of fewer multiplications", () => {
  it.each<[string, number, number, number, Window, string | undefined]>([
    ["Inception-ResNet's 3 x 3", 80, 82, 192, same(3, 3), "winograd_u8"],
    ["its 3 x 3 that halve a map", 256, 40, 384, windowOf(3, 3, 2), "winograd_u8"],
    ["the same of a small map", 288, 19, 320, windowOf(3, 3, 2), "winograd_u8"],
    ["its 1 x 7", 128, 19, 160, same(1, 7), "line_u8"],
    ["its 7 x 1", 160, 19, 192, same(7, 1), "line_u8"],
    ["its widest 1 x 1", 2080, 9, 192, windowOf(1, 1), "strassen_u8"],
    ["its 1 x 1 to many", 384, 19, 1088, windowOf(1, 1), "strassen_u8"],
    ["its narrow 1 x 1", 320, 40, 32, windowOf(1, 1), undefined],
    ["its 1 x 3 of small maps", 192, 9, 224, same(1, 3), undefined],
    ["3 x 3 of so many channels that sums could leave int32", 1856, 16, 64, same(3, 3), undefined],
  ])("run %s within three quarters of 2^20 bytes", (_, channels, side, outputs, window, kernel) => {
    const { draft, operator } = draftOf({ channels, height: side, width: side }, { window, outputs });
    const chosen = algorithmOf(operator, draft.plan);
    expect(chosen?.kernel).toBe(kernel);
    if (chosen) expect(chosen.scratch.bytes).toBeLessThanOrEqual(3 * 2 ** 18);
  });

  /** Of the first tile in a line, each place's numbers that count for it and that count against it. */
  const six = [
    [2, 3, -4, -3, 2, 0],
    [0, 2, 5, 1, -2, 0],
    [0, 2, 1, -5, 2, 0],
  ];
  six.push([0, -1, -2, 1, 2, 0], [0, -2, 1, 2, -1, 0], [0, 2, 3, -4, -3, 2]);
  const eight = [
    [4, 0, -21, 0, 21, 0, -4, 0],
    [0, -4, -4, 17, 17, -4, -4, 0],
    [0, 4, -4, -17, 17, 4, -4, 0],
  ];
  eight.push([0, 2, 1, -10, -5, 8, 4, 0], [0, -2, 1, 10, -5, -8, 4, 0], [0, 4, 8, -5, -10, 1, 2, 0]);
  eight.push([0, -4, 8, 5, -10, -1, 2, 0], [0, -4, 0, 21, 0, -21, 0, 4]);
  const apart = (row: number[]): number[] => row.flatMap((count) => [count, 0]).slice(0, 11);
  const pairs = (row: number[], first: number, second: number): number[] => {
    const line = new Array<number>(17).fill(0);
    for (const [i, count] of row.entries()) {
      line[2 * i + first]! += count;
      line[2 * i + second]! -= count;
    }
    return line;
  };

  it.each<[string, Window, number[][], number[][]]>([
    ["3 x 3", windowOf(3, 3), six, six],
    ["3 x 3 with a stride of two", windowOf(3, 3, 2), six.map(apart), six.map(apart)],
    ["1 x 7", windowOf(1, 7), [[1]], eight.flatMap((row) => [pairs(row, 0, 1), pairs(row, 1, 2)])],
    ["8 x 1", windowOf(8, 1), eight.flatMap((row) => [pairs(row, 0, 1), pairs(row, 1, 2)]), [[1]]],
  ])("are exact for %s where activations and weights are the worst for each place", async (_, window, down, across) => {
    const side = 31;
    const outputs = 16;
    const [rows, columns] = window.kernel;
    const patterns = down.flatMap((y) => across.map((x) => y.map((a) => x.map((b) => a * b))));
    const channels = Math.max(16, patterns.length);
    // 255 where it counts for the place and 0 where against it; elsewhere by turns
    const photo = Float32Array.from({ length: channels * side * side }, (_, i) => {
      const [channel, y, x] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side];
      const count = patterns[channel % patterns.length]![y]?.[x];
      return (count === undefined ? (i * 7) % 3 === 0 : count > 0) ? 255 : 0;
    });
    const products = channels * rows * columns;
    const weights = Int8Array.from({ length: outputs * products }, (_, i) => {
      const [output, tap] = [Math.floor(i / products), i % (rows * columns)];
      const sign = [1, -1, tap % 2 === 0 ? 1 : -1, (tap >> 1) % 2 === 0 ? 1 : -1][output % 4]!;
      return sign > 0 ? 127 : -128;
    });
    const shape = { channels, height: side, width: side };
    const sums = sumsOf(shape, { window, outputs, weights }, photo);
    const scale = Math.fround(sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0) / 120);
    const { draft, operator } = draftOf(shape, { window, outputs, weights, scale });
    expect(algorithmOf(operator, draft.plan)).toBeDefined();
    const found = await runPlan(finishDraft(draft, operator.output), [photo]);
    const expected = sums.map((sum) =>
      Math.fround(roundEven(Math.fround(Math.fround(sum) * Math.fround(1 / scale))) * scale),
    );
    expect(found.findIndex((number, i) => number !== expected[i])).toBe(-1);
    expect(new Set(found).size).toBeGreaterThan(16);
  });
});

/** By definition, in float64. */
const sumsOf = (
  shape: Shape,
  { window, outputs, weights }: Required<Omit<Layer, "scale">>,
  photo: Float32Array,
): number[] => {
  const { height, width } = slid(shape, window, outputs);
  const [rows, columns] = window.kernel;
  const stride = window.strides[0];
  return Array.from({ length: outputs * height * width }, (_, i) => {
    const [output, y, x] = [Math.floor(i / height / width), Math.floor(i / width) % height, i % width];
    let sum = 0;
    for (let channel = 0; channel < shape.channels; channel++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          sum +=
            photo[(channel * shape.height + y * stride + row) * shape.width + x * stride + column]! *
            weights[((output * shape.channels + channel) * rows + row) * columns + column]!;
    return sum;
  });
};

const roundEven = (x: number): number => {
  const near = Math.round(x);
  return near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
};
