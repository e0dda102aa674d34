/** The transformation of sums for `line.ts` back to outputs, a tile of ten of them in each of four lines at a time. */
import { highOf, lastOf, lowOf } from "./numbers";
import { putExact, sumBytes, Transform } from "./products";

/** 45 times this is 1 modulo 2^32. */
const inverseOf45: StaticArray<u32> = [0xa4fa4fa5];

/** Eight outputs of the tiles that begin at `from` in the lines from `first` on, as many pixels as there are. */
export function finishTiles(
  task: Transform,
  sums: usize,
  first: i32,
  lines: i32,
  from: i32,
  length: i32,
  upright: bool,
  output: usize,
): void {
  const low = lowOf(task);
  const high = highOf(task);
  const last = lastOf(task);
  const inverse = v128.load_splat<u32>(changetype<usize>(inverseOf45));
  const work = task.work;
  const count = min(lines - first, 4);
  const pixels = min(length - from, 10);
  const pitch = task.outputPitch;
  const along = upright ? pitch * task.outputWidth : pitch;
  const across = upright ? pitch : pitch * task.outputWidth;
  let line = task.output + <usize>first * across + <usize>from * along + output;
  for (let lane = 0; lane < count; lane++) {
    for (let half: usize = 0; half < 2; half++) {
      const bias = v128.load(task.bias + (output + half * 4) * 4);
      const multipliers = v128.load(task.multipliers + (output + half * 4) * 4);
      const at = sums + lane * 32 + half * 16;
      gather(at, work);
      gather(at + 8 * sumBytes, work + 80);
      gather(at + 16 * sumBytes, work + 160);
      let to = line + half * 4;
      let pair = work;
      for (let i = 0; i < pixels; i += 2) {
        const both = v128.load(pair, 80);
        putExact(to, i32x4.add(v128.load(pair), both), inverse, 3, bias, multipliers, low, high, last);
        to += along;
        if (i + 1 == pixels) break;
        const odd = i32x4.sub(both, v128.load(pair, 160));
        putExact(to, odd, inverse, 3, bias, multipliers, low, high, last);
        to += along;
        pair += 16;
      }
    }
    line += across;
  }
}

/**
 * F(5, 4): eight sums, a place apart, times the matrix of outputs:
 *
 *     1 1  1  1  1 16 16 0
 *     0 1 -1  2 -2  8 -8 0
 *     0 1  1  4  4  4  4 0
 *     0 1 -1  8 -8  2 -2 0
 *     0 1  1 16 16  1  1 1
 */
function gather(at: usize, to: usize): void {
  const one = v128.load(at, 128);
  const minusOne = v128.load(at, 256);
  const two = v128.load(at, 384);
  const minusTwo = v128.load(at, 512);
  const half = v128.load(at, 640);
  const minusHalf = v128.load(at, 768);
  const plus1 = i32x4.add(one, minusOne);
  const minus1 = i32x4.sub(one, minusOne);
  const plus2 = i32x4.add(two, minusTwo);
  const minus2 = i32x4.sub(two, minusTwo);
  const plusHalf = i32x4.add(half, minusHalf);
  const minusHalves = i32x4.sub(half, minusHalf);
  v128.store(to, i32x4.add(i32x4.add(v128.load(at), plus1), i32x4.add(plus2, i32x4.shl(plusHalf, 4))));
  v128.store(to, i32x4.add(minus1, i32x4.add(i32x4.shl(minus2, 1), i32x4.shl(minusHalves, 3))), 16);
  v128.store(to, i32x4.add(plus1, i32x4.shl(i32x4.add(plus2, plusHalf), 2)), 32);
  v128.store(to, i32x4.add(minus1, i32x4.add(i32x4.shl(minus2, 3), i32x4.shl(minusHalves, 1))), 48);
  v128.store(to, i32x4.add(i32x4.add(plus1, v128.load(at, 896)), i32x4.add(i32x4.shl(plus2, 4), plusHalf)), 64);
}
