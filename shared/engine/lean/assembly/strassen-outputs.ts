/**
 * What products come to (`strassen.ts`). With u2 = m1 + m6 and u3 = u2 + m7, the four blocks of outputs are m1 + m2,
 * u2 + m5 + m3, u3 + m4 and u3 + m5. Of the outer algorithm, sums are added as they are multiplied: places 1, 3 and 6 hold
 * m1 + m2, u3 + m4 and u3, place 2 u2 + m3, place 4 m5.
 */
import { finish, highOf, lastOf, lowOf } from "./numbers";
import { sumBytes, Transform } from "./products";

const outerSums: isize = 7 * sumBytes;

/** 32 outputs of the sixteen pixels from `first` on. */
export function finishGroup(task: Transform, sums: usize, first: i32, output: usize): void {
  const low = lowOf(task);
  const high = highOf(task);
  const last = lastOf(task);
  const pitch = task.outputPitch;
  for (let lane: usize = 0; lane < 4; lane++)
    for (let half: usize = 0; half < 2; half++) {
      const from = sums + lane * 32 + half * 16;
      const channel = output + half * 4;
      const to = task.output + (<usize>first + lane) * pitch + channel;
      const below = to + 8 * pitch;
      const bias = task.bias + channel * 4;
      const multipliers = task.multipliers + channel * 4;
      finishBlock(from + outerSums, 0, to, pitch, bias, multipliers, low, high, last);
      finishBlock(from + 2 * outerSums, 2 * outerSums, to + 16, pitch, bias + 64, multipliers + 64, low, high, last);
      finishBlock(from + 3 * outerSums, 0, below, pitch, bias, multipliers, low, high, last);
      finishBlock(from + 6 * outerSums, -2 * outerSums, below + 16, pitch, bias + 64, multipliers + 64, low, high, last);
    }
}

/**
 * Of a block of outputs four times four channels: of its four blocks, one pixel each.
 *
 * @param other where m5 is, in bytes from the rest; 0: none
 */
function finishBlock(
  from: usize,
  other: isize,
  to: usize,
  pitch: usize,
  bias: usize,
  multipliers: usize,
  low: v128,
  high: v128,
  last: v128,
): void {
  let m1 = v128.load(from);
  let m2 = v128.load(from, 128);
  let m3 = v128.load(from, 256);
  let m4 = v128.load(from, 384);
  let m5 = v128.load(from, 512);
  let m6 = v128.load(from, 640);
  let m7 = v128.load(from, 768);
  if (other != 0) {
    from += other;
    m1 = i32x4.add(m1, v128.load(from));
    m2 = i32x4.add(m2, v128.load(from, 128));
    m3 = i32x4.add(m3, v128.load(from, 256));
    m4 = i32x4.add(m4, v128.load(from, 384));
    m5 = i32x4.add(m5, v128.load(from, 512));
    m6 = i32x4.add(m6, v128.load(from, 640));
    m7 = i32x4.add(m7, v128.load(from, 768));
  }
  const u2 = i32x4.add(m1, m6);
  const u3 = i32x4.add(u2, m7);
  const leftBias = v128.load(bias);
  const rightBias = v128.load(bias, 32);
  const left = v128.load(multipliers);
  const right = v128.load(multipliers, 32);
  const c11 = finish<u8>(i32x4.add(i32x4.add(m1, m2), leftBias), left, low, high, last);
  const c12 = finish<u8>(i32x4.add(i32x4.add(i32x4.add(u2, m5), m3), rightBias), right, low, high, last);
  const c21 = finish<u8>(i32x4.add(i32x4.add(u3, m4), leftBias), left, low, high, last);
  const c22 = finish<u8>(i32x4.add(i32x4.add(u3, m5), rightBias), right, low, high, last);
  const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(c11, c12), i16x8.narrow_i32x4_s(c21, c22));
  const below = to + 4 * pitch;
  v128.store_lane<u32>(to, bytes, 0);
  v128.store_lane<u32>(to, bytes, 1, 8);
  v128.store_lane<u32>(below, bytes, 2);
  v128.store_lane<u32>(below, bytes, 3, 8);
}
