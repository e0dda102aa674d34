/**
 * Pixels gathered for a tile: channel by channel, the numbers of four pixels side by side, four bytes each (one f32; of u8,
 * two channels less their zero, as i16). Channels are rounded up to four, whose weights beyond the last are zero.
 */

/**
 * Appends the channels of four pixels to a panel.
 *
 * @param zero of the numbers, for u8, in eight lanes
 * @returns where the panel ends now
 */
// @ts-ignore: decorator
@inline
export function gather<T>(p0: usize, p1: usize, p2: usize, p3: usize, channels: u32, zero: v128, panel: usize): usize {
  if (isFloat<T>()) return gatherFloats(p0, p1, p2, p3, channels, panel);
  return gatherBytes(p0, p1, p2, p3, channels, zero, panel);
}

function gatherBytes(p0: usize, p1: usize, p2: usize, p3: usize, channels: u32, zero: v128, panel: usize): usize {
  const end = p0 + (channels & ~7);
  while (p0 != end) {
    const low01 = v128.shuffle<i16>(v128.load_zero<u64>(p0), v128.load_zero<u64>(p1), 0, 8, 1, 9, 2, 10, 3, 11);
    const low23 = v128.shuffle<i16>(v128.load_zero<u64>(p2), v128.load_zero<u64>(p3), 0, 8, 1, 9, 2, 10, 3, 11);
    const first = v128.shuffle<i32>(low01, low23, 0, 4, 1, 5);
    const second = v128.shuffle<i32>(low01, low23, 2, 6, 3, 7);
    v128.store(panel, i16x8.sub(i16x8.extend_low_i8x16_u(first), zero));
    v128.store(panel, i16x8.sub(i16x8.extend_high_i8x16_u(first), zero), 16);
    v128.store(panel, i16x8.sub(i16x8.extend_low_i8x16_u(second), zero), 32);
    v128.store(panel, i16x8.sub(i16x8.extend_high_i8x16_u(second), zero), 48);
    p0 += 8;
    p1 += 8;
    p2 += 8;
    p3 += 8;
    panel += 64;
  }
  for (let rest = <i32>(channels & 7); rest > 0; rest -= 4) {
    let four = v128.load_lane<u32>(p1, v128.load_zero<u32>(p0), 1);
    four = v128.load_lane<u32>(p3, v128.load_lane<u32>(p2, four, 2), 3);
    four = i8x16.shuffle(four, four, 0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
    v128.store(panel, i16x8.sub(i16x8.extend_low_i8x16_u(four), zero));
    v128.store(panel, i16x8.sub(i16x8.extend_high_i8x16_u(four), zero), 16);
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    panel += 32;
  }
  return panel;
}

function gatherFloats(p0: usize, p1: usize, p2: usize, p3: usize, channels: u32, panel: usize): usize {
  const end = p0 + (channels & ~3) * 4;
  while (p0 != end) {
    panel = transpose(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), panel);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
  const rest = channels & 3;
  if (rest == 0) return panel;
  // What lies beyond the last channel may be no number, and zero times that is none either.
  const mask = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest));
  return transpose(
    v128.and(v128.load(p0), mask),
    v128.and(v128.load(p1), mask),
    v128.and(v128.load(p2), mask),
    v128.and(v128.load(p3), mask),
    panel,
  );
}

/** Appends four vectors of four as columns. */
// @ts-ignore: decorator
@inline
export function transpose(r0: v128, r1: v128, r2: v128, r3: v128, panel: usize): usize {
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(panel, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(panel, v128.shuffle<i64>(low01, low23, 1, 3), 16);
  v128.store(panel, v128.shuffle<i64>(high01, high23, 0, 2), 32);
  v128.store(panel, v128.shuffle<i64>(high01, high23, 1, 3), 48);
  return panel + 64;
}
