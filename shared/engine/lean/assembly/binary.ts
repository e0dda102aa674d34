/** Operators of two maps; the right one may be a vector that meets every pixel, or one channel that meets all channels. */
import { lessRounder, rounded, toBytes } from "./numbers";

@unmanaged
export class Binary {
  left: usize;
  /** Bytes from pixel to pixel. */
  leftPitch: usize;
  right: usize;
  /** 0: the vector meets every pixel. */
  rightPitch: usize;
  output: usize;
  outputPitch: usize;
  pixels: i32;
  /** Rounded up to eight. */
  channels: u32;
  leftZero: u32;
  rightZero: u32;
  outputZero: u32;
  /** What a step of left and of right is in steps of the output, and what is added to their sum; of a product the first alone. */
  leftRatio: f32;
  rightRatio: f32;
  fixed: f32;
  /** The same of a sum in integers, x 2^shift; of the ratios the bits from the eleventh on, as a pair of i16, and those below. */
  upper: u32;
  lower: u32;
  whole: i32;
  shift: i32;
  /** The right map has one channel, which meets all channels of the left. */
  spread: u32;
}

export function addBytes(task: Binary): void {
  if (task.spread) addAll(task, true);
  else addAll(task, false);
}

/**
 * As QLinearAdd rounds on x86 with AVX2: left x ratio + (right x ratio + fixed), each product and sum rounded once, to
 * float32 (a fused multiply-add), at last to a whole number. A sum in integers comes so near to that, within 512 x 2^-shift
 * (`../arguments.ts` says why), that only a few in ten thousand leave open which number it is; those are computed so.
 */
// @ts-ignore: decorator
@inline
function addAll(task: Binary, spread: bool): void {
  // loaded and not computed, which V8 would do anew in each turn
  const upper = v128.load_splat<u32>(changetype<usize>(task), offsetof<Binary>("upper"));
  const lower = v128.load_splat<u32>(changetype<usize>(task), offsetof<Binary>("lower"));
  const whole = v128.load_splat<u32>(changetype<usize>(task), offsetof<Binary>("whole"));
  const shift = task.shift;
  const fraction = i32x4.splat((1 << shift) - 1);
  const open = i32x4.splat(1024);
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++) {
    const to = task.output + pixel * task.outputPitch;
    const left = task.left + pixel * task.leftPitch;
    const right = task.right + pixel * task.rightPitch;
    for (let channel: usize = 0; channel < task.channels; channel += 8) {
      const a = v128.load_zero<u64>(left + channel);
      const b = spread ? v128.load_splat<u8>(right) : v128.load_zero<u64>(right + channel);
      const pairs = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const low = wholeSum(i16x8.extend_low_i8x16_u(pairs), upper, lower, whole);
      const high = wholeSum(i16x8.extend_high_i8x16_u(pairs), upper, lower, whole);
      const lowOpen = i32x4.lt_s(v128.and(low, fraction), open);
      const highOpen = i32x4.lt_s(v128.and(high, fraction), open);
      if (v128.any_true(v128.or(lowOpen, highOpen)))
        addExactly(task, v128.load_ext<u8>(left + channel), rightBytes(right, channel, spread), to + channel);
      else v128.store_lane<u64>(to + channel, toBytes(i32x4.shr_s(low, shift), i32x4.shr_s(high, shift)), 0);
    }
  }
}

/** Of four pairs of left and right. */
// @ts-ignore: decorator
@inline
function wholeSum(pairs: v128, upper: v128, lower: v128, whole: v128): v128 {
  const most = i32x4.shl(i32x4.dot_i16x8_s(pairs, upper), 11);
  return i32x4.add(i32x4.add(i32x4.dot_i16x8_s(pairs, lower), whole), most);
}

/**
 * Wasm has no fused multiply-add that is the same everywhere, but in float64 the product of a byte and a float32 is exact,
 * and so is the sum but where the numbers lie 2^20 apart.
 */
function addExactly(task: Binary, a: v128, b: v128, to: usize): void {
  const first = f64x2.splat(<f64>task.leftRatio);
  const second = f64x2.splat(<f64>task.rightRatio);
  const fixed = f32x4.splat(task.fixed);
  const bLow = i32x4.extend_low_i16x8_u(b);
  const bHigh = i32x4.extend_high_i16x8_u(b);
  const low = multiplyAdd(i32x4.extend_low_i16x8_u(a), first, multiplyAdd(bLow, second, fixed));
  const high = multiplyAdd(i32x4.extend_high_i16x8_u(a), first, multiplyAdd(bHigh, second, fixed));
  storeRounded(to, low, high);
}

/** four integers x ratio + four float32, rounded once. */
// @ts-ignore: decorator
@inline
function multiplyAdd(integers: v128, ratio: v128, sum: v128): v128 {
  const lowProduct = f64x2.mul(f64x2.convert_low_i32x4_s(integers), ratio);
  const highProduct = f64x2.mul(f64x2.convert_low_i32x4_s(i64x2.shuffle(integers, integers, 1, 1)), ratio);
  const low = f64x2.add(lowProduct, f64x2.promote_low_f32x4(sum));
  const high = f64x2.add(highProduct, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 1)));
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

export function mulBytes(task: Binary): void {
  if (task.spread) mulAll(task, true);
  else mulAll(task, false);
}

/** In the order of QLinearMul. */
// @ts-ignore: decorator
@inline
function mulAll(task: Binary, spread: bool): void {
  const ratio = f32x4.splat(task.leftRatio);
  const zero = f32x4.splat(<f32>task.outputZero);
  const leftZero = i16x8.splat(<i16>task.leftZero);
  const rightZero = i16x8.splat(<i16>task.rightZero);
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++)
    for (let channel: usize = 0; channel < task.channels; channel += 8) {
      const a = i16x8.sub(v128.load_ext<u8>(task.left + pixel * task.leftPitch + channel), leftZero);
      const b = i16x8.sub(rightBytes(task.right + pixel * task.rightPitch, channel, spread), rightZero);
      const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extmul_low_i16x8_s(a, b)), ratio);
      const high = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extmul_high_i16x8_s(a, b)), ratio);
      storeRounded(task.output + pixel * task.outputPitch + channel, f32x4.add(low, zero), f32x4.add(high, zero));
    }
}

/** Eight numbers of a pixel of the right map. */
// @ts-ignore: decorator
@inline
function rightBytes(pixel: usize, channel: usize, spread: bool): v128 {
  return spread ? i16x8.splat(load<u8>(pixel)) : v128.load_ext<u8>(pixel + channel);
}

/** Eight numbers rounded half to even and cut to uint8. */
// @ts-ignore: decorator
@inline
function storeRounded(at: usize, low: v128, high: v128): void {
  const least = f32x4.splat(0);
  v128.store_lane<u64>(at, toBytes(rounded(low, least, lessRounder(0)), rounded(high, least, lessRounder(0))), 0);
}

export function addFloats(task: Binary): void {
  eachFour(task, Operation.add);
}

export function subFloats(task: Binary): void {
  eachFour(task, Operation.sub);
}

export function mulFloats(task: Binary): void {
  eachFour(task, Operation.mul);
}

export function divFloats(task: Binary): void {
  eachFour(task, Operation.div);
}

/** The left number where it is at least 0, else the product. */
export function preluFloats(task: Binary): void {
  eachFour(task, Operation.prelu);
}

enum Operation {
  add,
  sub,
  mul,
  div,
  prelu,
}

// @ts-ignore: decorator
@inline
function eachFour(task: Binary, operation: Operation): void {
  if (task.spread) fours(task, operation, true);
  else fours(task, operation, false);
}

// @ts-ignore: decorator
@inline
function fours(task: Binary, operation: Operation, spread: bool): void {
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++)
    for (let channel: usize = 0; channel < task.channels; channel += 4) {
      const a = v128.load(task.left + pixel * task.leftPitch + channel * 4);
      const right = task.right + pixel * task.rightPitch;
      const b = spread ? v128.load32_splat(right) : v128.load(right + channel * 4);
      v128.store(task.output + pixel * task.outputPitch + channel * 4, combine(a, b, operation));
    }
}

// @ts-ignore: decorator
@inline
function combine(a: v128, b: v128, operation: Operation): v128 {
  if (operation == Operation.add) return f32x4.add(a, b);
  if (operation == Operation.sub) return f32x4.sub(a, b);
  if (operation == Operation.mul) return f32x4.mul(a, b);
  if (operation == Operation.div) return f32x4.div(a, b);
  return v128.bitselect(a, f32x4.mul(a, b), f32x4.ge(a, f32x4.splat(0)));
}
