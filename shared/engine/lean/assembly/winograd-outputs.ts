/** Winograd's transformation of sums (`winograd.ts`) back to outputs, tile by tile. */
import { highOf, lastOf, lowOf } from "./numbers";
import { putExact, sumBytes, Transform } from "./products";

/** 225 times this is 1 modulo 2^32. */
const inverseOf225: StaticArray<u32> = [0x87654321];

/** Eight outputs of the tiles from `start` to `stop`. */
// @ts-ignore: decorator
@inline
export function finishTiles(task: Transform, start: i32, stop: i32, across: i32, output: usize, halving: bool): void {
  const places: usize = halving ? 121 : 36;
  const outputs = halving ? 5 : 4;
  let y = (start / across) * outputs;
  let x = (start % across) * outputs;
  for (let tile: usize = 0; tile < <usize>(stop - start); tile++) {
    finishTile(task, task.sums + (tile >> 2) * places * sumBytes + (tile & 3) * 32, y, x, output, halving);
    x += outputs;
    if (x < task.outputWidth) continue;
    x = 0;
    y += outputs;
  }
}

/** A tile's pixels, as many as there are, the first of which lies at `y`, `x`. */
// @ts-ignore: decorator
@inline
function finishTile(task: Transform, sums: usize, y: i32, x: i32, output: usize, halving: bool): void {
  const side: usize = halving ? 11 : 6;
  const outputs = halving ? 5 : 4;
  const low = lowOf(task);
  const high = highOf(task);
  const last = lastOf(task);
  const inverse = v128.load_splat<u32>(changetype<usize>(inverseOf225));
  const columns = task.work;
  const pitch = task.outputPitch;
  const pixels = min(task.outputWidth - x, outputs);
  const rows = <usize>min(task.outputHeight - y, outputs);
  for (let half: usize = 0; half < 2; half++) {
    const channel = output + half * 4;
    const bias = v128.load(task.bias + channel * 4);
    const multipliers = v128.load(task.multipliers + channel * 4);
    for (let column: usize = 0; column < side; column++) {
      const from = sums + half * 16 + column * sumBytes;
      gather(from, side * sumBytes, columns + column * 16, side * 16, halving, 0, inverse, bias, multipliers, low, high, last);
    }
    for (let row: usize = 0; row < rows; row++) {
      const to = task.output + <usize>((y + <i32>row) * task.outputWidth + x) * pitch + channel;
      gather(columns + row * side * 16, 16, to, pitch, halving, pixels, inverse, bias, multipliers, low, high, last);
    }
  }
}

/**
 * Six sums in a line times the matrix of outputs, with a stride of two thirty times the odd ones added; stored as they are,
 * or finished where `pixels` says how many are wanted.
 *
 *     1  1  1  1  8  0          1  1  1  1 16  0
 *     0  1 -1  2 -4  0          0  1 -1  2 -8  0
 *     0  1  1  4  2  0          0  1  1  4  4  0
 *     0  1 -1  8 -1  1          0  1 -1  8 -2  0
 *                               0  1  1 16  1  1
 */
// @ts-ignore: decorator
@inline
function gather(
  at: usize,
  step: usize,
  to: usize,
  apart: usize,
  halving: bool,
  pixels: i32,
  inverse: v128,
  bias: v128,
  multipliers: v128,
  low: v128,
  high: v128,
  last: v128,
): void {
  const s0 = v128.load(at);
  const s1 = v128.load(at + step);
  const s2 = v128.load(at + 2 * step);
  const s3 = v128.load(at + 3 * step);
  const s4 = v128.load(at + 4 * step);
  const s5 = v128.load(at + 5 * step);
  const plus = i32x4.add(s1, s2);
  const minus = i32x4.sub(s1, s2);
  let line = i32x4.add(i32x4.add(s0, plus), i32x4.add(s3, i32x4.shl(s4, halving ? 4 : 3)));
  if (halving) line = i32x4.add(line, thirty(at + 6 * step));
  put(to, line, pixels, inverse, bias, multipliers, low, high, last);
  if (pixels == 1) return;
  line = i32x4.add(minus, i32x4.sub(i32x4.shl(s3, 1), i32x4.shl(s4, halving ? 3 : 2)));
  if (halving) line = i32x4.add(line, thirty(at + 7 * step));
  put(to + apart, line, pixels, inverse, bias, multipliers, low, high, last);
  if (pixels == 2) return;
  line = i32x4.add(plus, i32x4.add(i32x4.shl(s3, 2), i32x4.shl(s4, halving ? 2 : 1)));
  if (halving) line = i32x4.add(line, thirty(at + 8 * step));
  put(to + 2 * apart, line, pixels, inverse, bias, multipliers, low, high, last);
  if (pixels == 3) return;
  line = i32x4.add(minus, i32x4.sub(i32x4.shl(s3, 3), i32x4.shl(s4, halving ? 1 : 0)));
  line = i32x4.add(line, halving ? thirty(at + 9 * step) : s5);
  put(to + 3 * apart, line, pixels, inverse, bias, multipliers, low, high, last);
  if (!halving || pixels == 4) return;
  line = i32x4.add(i32x4.add(plus, s5), i32x4.add(i32x4.shl(s3, 4), s4));
  put(to + 4 * apart, i32x4.add(line, thirty(at + 10 * step)), pixels, inverse, bias, multipliers, low, high, last);
}

// @ts-ignore: decorator
@inline
function thirty(at: usize): v128 {
  const sum = v128.load(at);
  return i32x4.sub(i32x4.shl(sum, 5), i32x4.shl(sum, 1));
}

// @ts-ignore: decorator
@inline
function put(
  at: usize,
  sum: v128,
  pixels: i32,
  inverse: v128,
  bias: v128,
  multipliers: v128,
  low: v128,
  high: v128,
  last: v128,
): void {
  if (pixels == 0) v128.store(at, sum);
  else putExact(at, sum, inverse, 2, bias, multipliers, low, high, last);
}
