/** Winograd's transformation of weights (`winograd.ts`), anew for each chunk: stored they would be eight times as large. */
import { Transform } from "./products";

/** How often each of three taps in a line counts at each place: thirty times the matrix of weights. */
const taps: StaticArray<i16> = [15, 0, 0, 5, 5, 5, 5, -5, 5, 1, 2, 4, 4, -2, 1, 0, 0, 15];
/** With a stride of two: at six places the outer taps, thirty times; at the last the middle one. */
const halvingTaps: StaticArray<i16> = [15, 0, 0, 5, 0, 5, 5, 0, -5, 1, 0, 2, 2, 0, -1, 0, 0, 15, 0, 1, 0];

/** The weights of eight outputs at a row of places, of packed ones (`../pack.ts`). */
// @ts-ignore: decorator
@inline
export function transformWeights(
  task: Transform,
  output: usize,
  row: usize,
  depth: usize,
  weightPlace: usize,
  halving: bool,
): void {
  const packed = (task.inputs + 3) & ~3;
  const tap = packed * 8;
  const counts = changetype<usize>(halving ? halvingTaps : taps) + row * 6;
  const top = v128.load_splat<u16>(counts);
  const middle = v128.load_splat<u16>(counts, 2);
  const bottom = v128.load_splat<u16>(counts, 4);
  let at = task.weights + output * 9 * packed;
  let to = task.prepared;
  for (const end = at + tap; at < end; at += 8) {
    const g0 = mixRows(at, tap, top, middle, bottom);
    const g1 = mixRows(at + tap, tap, top, middle, bottom);
    const g2 = mixRows(at + 2 * tap, tap, top, middle, bottom);
    if (halving) spreadHalving(g0, g1, g2, to, weightPlace);
    else spread(g0, g1, g2, to, weightPlace);
    to += 16;
  }
  // panels go on to a multiple of eight channels
  if (packed != depth)
    for (let place: usize = 0; place < <usize>(halving ? 7 : 6); place++) memory.fill(to + place * weightPlace, 0, 64);
}

/** A column of taps in the row of places. */
// @ts-ignore: decorator
@inline
function mixRows(at: usize, tap: usize, top: v128, middle: v128, bottom: v128): v128 {
  const first = i16x8.mul(v128.load_ext<i8>(at), top);
  const second = i16x8.mul(v128.load_ext<i8>(at + 3 * tap), middle);
  return i16x8.add(i16x8.add(first, second), i16x8.mul(v128.load_ext<i8>(at + 6 * tap), bottom));
}

/** Three columns as `taps` says. */
// @ts-ignore: decorator
@inline
function spread(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const ends = i16x8.add(g0, g2);
  const twice = i16x8.add(g1, g1);
  v128.store(to, times15(g0));
  v128.store(to + step, times5(i16x8.add(ends, g1)));
  v128.store(to + 2 * step, times5(i16x8.sub(ends, g1)));
  v128.store(to + 3 * step, i16x8.add(i16x8.add(g0, twice), i16x8.shl(g2, 2)));
  v128.store(to + 4 * step, i16x8.add(i16x8.sub(g2, twice), i16x8.shl(g0, 2)));
  v128.store(to + 5 * step, times15(g2));
}

/** As `halvingTaps` says. */
// @ts-ignore: decorator
@inline
function spreadHalving(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const plus = i16x8.add(g0, g2);
  const minus = i16x8.sub(g0, g2);
  v128.store(to, times15(g0));
  v128.store(to + step, times5(plus));
  v128.store(to + 2 * step, times5(minus));
  v128.store(to + 3 * step, i16x8.add(plus, g2));
  v128.store(to + 4 * step, i16x8.add(minus, g0));
  v128.store(to + 5 * step, times15(g2));
  v128.store(to + 6 * step, g1);
}

// @ts-ignore: decorator
@inline
function times5(numbers: v128): v128 {
  return i16x8.add(i16x8.shl(numbers, 2), numbers);
}

// @ts-ignore: decorator
@inline
function times15(numbers: v128): v128 {
  return i16x8.sub(i16x8.shl(numbers, 4), numbers);
}
