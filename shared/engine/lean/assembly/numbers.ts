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

/** Bytes of the packed weights of four output channels at one step. */
// @ts-ignore: decorator
@inline
export function weightBytes<T>(): usize {
  return isFloat<T>() ? 16 : 8;
}

/** The weights of four output channels at one step. */
// @ts-ignore: decorator
@inline
export function loadWeights<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load(at);
  return v128.load_ext<i8>(at);
}

// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(sum: v128, activations: v128, weights: v128): v128 {
  if (isFloat<T>()) return f32x4.add(sum, f32x4.mul(activations, weights));
  return i32x4.add(sum, i32x4.dot_i16x8_s(activations, weights));
}

/** 1.5 x 2^23: the sum with a small float has that float, rounded half to even, in its lowest bits. */
const rounder: f32 = 12582912;

/**
 * A sum of products as the output's number: within bounds; for u8 multiplied by the channel's scale and rounded half to
 * even, in the order of QLinearConv, the bounds and the result less the output's zero.
 */
// @ts-ignore: decorator
@inline
export function finish<T>(sum: v128, multipliers: v128, low: v128, high: v128): v128 {
  if (isFloat<T>()) return f32x4.pmax(f32x4.pmin(sum, high), low);
  const bounded = f32x4.pmax(f32x4.pmin(f32x4.mul(f32x4.convert_i32x4_s(sum), multipliers), high), low);
  const magic = f32x4.splat(rounder);
  return i32x4.sub(f32x4.add(bounded, magic), magic);
}

/** Eight results of `finish` as uint8, in the lower half. */
// @ts-ignore: decorator
@inline
export function toBytes(left: v128, right: v128, zero: v128): v128 {
  const words = i16x8.add(i16x8.narrow_i32x4_s(left, right), zero);
  return i8x16.narrow_i16x8_u(words, words);
}

/** Stores eight channels of a pixel, or just the first `count` of them where others own the rest. */
// @ts-ignore: decorator
@inline
export function storeChannels<T>(at: usize, left: v128, right: v128, zero: v128, count: u32): void {
  if (isFloat<T>()) {
    if (count >= 8) {
      v128.store(at, left);
      v128.store(at, right, 16);
    } else storeSomeFloats(at, left, right, count);
  } else {
    const bytes = toBytes(left, right, zero);
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
