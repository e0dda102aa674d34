/**
 * What sets uint8 kernels apart from float32 ones, so that each kernel is written once over T. Where T is u8, four bytes of
 * a packed activation are two numbers less their zero (i16), multiplied by two int8 weights at once; where it is f32, one.
 */

/** Numbers of the reduced dimension that one multiplication takes. */
// @ts-ignore: decorator
@inline
export function stepOf<T>(): usize {
  return isFloat<T>() ? 1 : 2;
}

/** Bytes of the packed weights of four output channels at one step: of f32, of int8 (T is u8), or widened before (i16). */
// @ts-ignore: decorator
@inline
export function weightBytes<T>(): usize {
  return sizeof<T>() == 1 ? 8 : 16;
}

/** The weights of four output channels at one step. */
// @ts-ignore: decorator
@inline
export function loadWeights<T>(at: usize): v128 {
  if (sizeof<T>() == 1) return v128.load_ext<i8>(at);
  return v128.load(at);
}

/** int8 as int16. */
export function widen(from: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at * 2, v128.load_ext<i8>(from + at));
    v128.store(to + at * 2, v128.load_ext<i8>(from + at, 8), 16);
  }
}

// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(sum: v128, activations: v128, weights: v128): v128 {
  if (isFloat<T>()) return f32x4.add(sum, f32x4.mul(activations, weights));
  return i32x4.add(sum, i32x4.dot_i16x8_s(activations, weights));
}

/** 1.5 x 2^23: the sum with a small float has that float, rounded half to even, in its lowest bits. */
const rounder: f32 = 12582912;

/** What a layer's sums have in common on their way to its output; loaded, since V8 would compute constants each time anew. */
@unmanaged
export class Rounding {
  /** Bounds of the result. Of u8 the lower is its zero below 0, and in place of the upper, which `toBytes` sees to, is `rounder`. */
  low: f32;
  high: f32;
  /** For u8: what `rounder` is in bits, less the output's zero. */
  last: u32;
}

// @ts-ignore: decorator
@inline
export function lowOf(rounding: Rounding): v128 {
  return v128.load_splat<u32>(changetype<usize>(rounding), offsetof<Rounding>("low"));
}

// @ts-ignore: decorator
@inline
export function highOf(rounding: Rounding): v128 {
  return v128.load_splat<u32>(changetype<usize>(rounding), offsetof<Rounding>("high"));
}

// @ts-ignore: decorator
@inline
export function lastOf(rounding: Rounding): v128 {
  return v128.load_splat<u32>(changetype<usize>(rounding), offsetof<Rounding>("last"));
}

/** Half to even, not below `low`: int32 less the part of `rounder` that `last` takes off. */
// @ts-ignore: decorator
@inline
export function rounded(numbers: v128, low: v128, last: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.pmax(numbers, low), f32x4.splat(rounder)), last);
}

/** What `rounded` takes off for numbers to have `zero` added. */
// @ts-ignore: decorator
@inline
export function lessRounder(zero: u32): v128 {
  return i32x4.splat(reinterpret<i32>(rounder) - <i32>zero);
}

/**
 * Sums of products as the output's numbers, within bounds; for u8 multiplied by the channel's scale and rounded half to
 * even, in the order of QLinearConv, as int32 that is still to be cut to a byte. The bounds are those of a `Rounding`.
 */
// @ts-ignore: decorator
@inline
export function finish<T>(sum: v128, multipliers: v128, low: v128, high: v128, last: v128): v128 {
  if (isFloat<T>()) return f32x4.pmax(f32x4.pmin(sum, high), low);
  const numbers = f32x4.mul(f32x4.convert_i32x4_s(sum), multipliers);
  return i32x4.sub(f32x4.add(f32x4.pmax(numbers, low), high), last);
}

/** Eight int32 cut to uint8, in the lower half. */
// @ts-ignore: decorator
@inline
export function toBytes(left: v128, right: v128): v128 {
  const words = i16x8.narrow_i32x4_s(left, right);
  return i8x16.narrow_i16x8_u(words, words);
}

/** Stores eight channels of a pixel, or just the first `count` of them where others own the rest. */
// @ts-ignore: decorator
@inline
export function storeChannels<T>(at: usize, left: v128, right: v128, count: u32): void {
  if (isFloat<T>()) {
    if (count >= 8) {
      v128.store(at, left);
      v128.store(at, right, 16);
    } else storeSomeFloats(at, left, right, count);
  } else {
    const bytes = toBytes(left, right);
    if (count >= 8) v128.store_lane<u64>(at, bytes, 0);
    else storeSomeBytes(at, i64x2.extract_lane(bytes, 0), count);
  }
}

function storeSomeFloats(at: usize, left: v128, right: v128, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    store<f32>(at + i * 4, f32x4.extract_lane(left, 0));
    left = i8x16.shuffle(left, right, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    right = i8x16.shuffle(right, right, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}

function storeSomeBytes(at: usize, bytes: i64, count: u32): void {
  for (let i: u32 = 0; i < count; i++) store<u8>(at + i, <u8>(bytes >> (i * 8)));
}
