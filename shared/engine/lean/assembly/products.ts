/**
 * What Winograd's algorithm, that for lines and Strassen's have in common. Each transforms activations into panels, one for
 * each of a number of places; weights for the same places; multiplies them place by place; and transforms the sums back to
 * outputs. All of it in integers, in which nothing is lost: of a sum that wraps, what is left is right modulo 2^32.
 */
import { Convolution } from "./convolution";
import { finish, toBytes } from "./numbers";

/**
 * `panels` holds groups of four tiles x places x steps x 4 tiles x 2 channels, as many groups as `chunk` says; `prepared`
 * weights of eight outputs, places x steps x 8 outputs x 2 channels; all of them i16.
 */
@unmanaged
export class Transform extends Convolution {
  /** Of eight outputs: groups x places x 4 tiles x 8 outputs, i32. */
  sums: usize;
  /** For what is on its way. */
  work: usize;
}

/** Sums of a panel: four tiles x eight outputs. */
export const sumBytes: usize = 128;

/** An odd number of cache lines, so that what lies this far apart does not compete for the same few places of a cache. */
// @ts-ignore: decorator
@inline
export function spaced(bytes: usize): usize {
  return ((bytes + 63) & ~63) | 64;
}

/**
 * Stores four outputs of a sum that an algorithm has made too large, by an odd number whose inverse modulo 2^32 is `inverse`
 * times 2^`bits`.
 */
// @ts-ignore: decorator
@inline
export function putExact(
  at: usize,
  sum: v128,
  inverse: v128,
  bits: i32,
  bias: v128,
  multipliers: v128,
  low: v128,
  high: v128,
  last: v128,
): void {
  const exact = i32x4.shr_s(i32x4.mul(sum, inverse), bits);
  const channels = finish<u8>(i32x4.add(exact, bias), multipliers, low, high, last);
  v128.store_lane<u32>(at, toBytes(channels, channels), 0);
}

/**
 * `count` panels at each of `places` places, with one panel of weights each: tiles as in `tile.ts`, of weights that are
 * wide already.
 *
 * @param panelStep bytes from a group's panel to the next group's
 * @param panelPlace bytes from place to place
 * @param weightPlace the same of weights; 0 where all places have the same
 * @param sums where the first go; the next group's lie `sumsStep` bytes further
 * @param before what to go on from, in bytes from `sums`; 0: from nothing
 */
export function multiply(
  places: usize,
  count: i32,
  panels: usize,
  panelBytes: usize,
  panelStep: usize,
  panelPlace: usize,
  weights: usize,
  weightPlace: usize,
  sums: usize,
  sumsStep: usize,
  before: isize,
): void {
  for (; places > 0; places--) {
    let from = panels;
    let to = sums;
    for (let left = count; left > 0; left--) {
      let panel = from;
      const end = panel + panelBytes;
      let at = weights;
      let a0 = i64x2.splat(0);
      let b0 = a0;
      let a1 = a0;
      let b1 = a0;
      let a2 = a0;
      let b2 = a0;
      let a3 = a0;
      let b3 = a0;
      if (before != 0) {
        const known = to + before;
        a0 = v128.load(known);
        b0 = v128.load(known, 16);
        a1 = v128.load(known, 32);
        b1 = v128.load(known, 48);
        a2 = v128.load(known, 64);
        b2 = v128.load(known, 80);
        a3 = v128.load(known, 96);
        b3 = v128.load(known, 112);
      }
      while (panel != end) {
        const first = v128.load(at);
        const second = v128.load(at, 16);
        let pixel = v128.load_splat<u32>(panel);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pixel, first));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pixel, second));
        pixel = v128.load_splat<u32>(panel, 4);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pixel, first));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pixel, second));
        pixel = v128.load_splat<u32>(panel, 8);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pixel, first));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pixel, second));
        pixel = v128.load_splat<u32>(panel, 12);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pixel, first));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pixel, second));
        panel += 16;
        at += 32;
      }
      v128.store(to, a0);
      v128.store(to, b0, 16);
      v128.store(to, a1, 32);
      v128.store(to, b1, 48);
      v128.store(to, a2, 64);
      v128.store(to, b2, 80);
      v128.store(to, a3, 96);
      v128.store(to, b3, 112);
      from += panelStep;
      to += sumsStep;
    }
    panels += panelPlace;
    weights += weightPlace;
    sums += sumBytes;
  }
}
