/** The transformation of activations for `strassen.ts`, sixteen pixels at a time. */
import { Transform } from "./products";

/** The pixels from `first` on; each of 49 places' panels lies `panelPlace` after the one before. */
export function gatherGroup(task: Transform, first: i32, panel: usize, panelPlace: usize): void {
  const pitch = task.inputPitch;
  const zero = i16x8.splat(<i16>task.inputZero);
  const quarter = task.inputs / 4;
  const across: usize = 2 * quarter;
  const below: usize = 8 * pitch;
  const bytes = task.work;
  const blocks = task.work + 128;
  const from = task.input + <usize>first * pitch;
  for (let channel: usize = 0; channel < quarter; channel += 8) {
    for (let inner: usize = 0; inner < 4; inner++) {
      const at = from + (inner >> 1) * 4 * pitch + (inner & 1) * quarter + channel;
      interleave(at, pitch, bytes);
      interleave(at + across, pitch, bytes + 32);
      interleave(at + below, pitch, bytes + 64);
      interleave(at + below + across, pitch, bytes + 96);
      for (let i: usize = 0; i < 32; i += 8)
        spread(
          i16x8.sub(v128.load_ext<u8>(bytes + i), zero),
          i16x8.sub(v128.load_ext<u8>(bytes + i, 32), zero),
          i16x8.sub(v128.load_ext<u8>(bytes + i, 64), zero),
          i16x8.sub(v128.load_ext<u8>(bytes + i, 96), zero),
          blocks + inner * 64 + i * 2,
          256,
        );
    }
    for (let outer: usize = 0; outer < 7; outer++) {
      const to = panel + outer * 7 * panelPlace;
      for (let i: usize = 0; i < 64; i += 16) {
        const at = blocks + outer * 256 + i;
        spread(v128.load(at), v128.load(at, 64), v128.load(at, 128), v128.load(at, 192), to + i, panelPlace);
      }
    }
    panel += 64;
  }
}

/** Eight channels of four pixels as a panel has them, still bytes. */
// @ts-ignore: decorator
@inline
function interleave(p0: usize, pitch: usize, to: usize): void {
  const p1 = p0 + pitch;
  const p2 = p1 + pitch;
  const low01 = v128.shuffle<i16>(v128.load_zero<u64>(p0), v128.load_zero<u64>(p1), 0, 8, 1, 9, 2, 10, 3, 11);
  const low23 = v128.shuffle<i16>(v128.load_zero<u64>(p2), v128.load_zero<u64>(p2 + pitch), 0, 8, 1, 9, 2, 10, 3, 11);
  v128.store(to, v128.shuffle<i32>(low01, low23, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<i32>(low01, low23, 2, 6, 3, 7), 16);
}

/** The left factors of seven products, of the four blocks of the left matrix. */
// @ts-ignore: decorator
@inline
function spread(a11: v128, a12: v128, a21: v128, a22: v128, to: usize, step: usize): void {
  const s1 = i16x8.add(a21, a22);
  const s2 = i16x8.sub(s1, a11);
  v128.store(to, a11);
  v128.store(to + step, a12);
  v128.store(to + 2 * step, i16x8.sub(a12, s2));
  v128.store(to + 3 * step, a22);
  v128.store(to + 4 * step, s1);
  v128.store(to + 5 * step, s2);
  v128.store(to + 6 * step, i16x8.sub(a11, a21));
}
