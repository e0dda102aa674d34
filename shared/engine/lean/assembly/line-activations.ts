/** The transformation of activations for `line.ts`, a tile in each of four lines at a time. */
import { pointer } from "./convolution";
import { transpose } from "./panel";
import { Transform } from "./products";

/** Tiles that begin at `from` in the lines from `first` on, beyond `last` the last again; each needs 17 activations. */
export function gatherTiles(
  task: Transform,
  first: i32,
  last: i32,
  from: i32,
  upright: bool,
  panel: usize,
  panelPlace: usize,
): void {
  const pointers = task.work;
  const spreadTiles = task.work + 272;
  for (let lane = 0; lane < 4; lane++) {
    const across = min(first + lane, last);
    for (let i = 0; i < 17; i++) {
      const y = (upright ? from + i : across) - task.padTop;
      const x = (upright ? across : from + i) - task.padLeft;
      store<usize>(pointers + (lane * 17 + i) * 4, pointer(task, task.input, y, x));
    }
  }
  const zero = i16x8.splat(<i16>task.inputZero);
  for (let channel: usize = 0; channel < task.inputs; channel += 8) {
    for (let lane: usize = 0; lane < 4; lane++) {
      const to = spreadTiles + lane * 16;
      // F(2, 2): where a pair of taps meets the numbers from 2 i on
      for (let i: usize = 0; i < 8; i++) {
        const at = pointers + lane * 68 + i * 8;
        const middle = v128.load_ext<u8>(load<usize>(at, 4) + channel);
        v128.store(to + i * 64, i16x8.sub(v128.load_ext<u8>(load<usize>(at) + channel), middle));
        v128.store(to + i * 64, i16x8.sub(middle, zero), 512);
        v128.store(to + i * 64, i16x8.sub(middle, v128.load_ext<u8>(load<usize>(at, 8) + channel)), 1024);
      }
      spread(to);
      spread(to + 512);
      spread(to + 1024);
    }
    for (let place: usize = 0; place < 24; place++) {
      const at = spreadTiles + place * 64;
      const to = panel + place * panelPlace + channel * 8;
      transpose(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), to);
    }
  }
}

/**
 * F(5, 4): eight numbers, 64 bytes apart, times the matrix of inputs:
 *
 *      4  0 -21   0  21   0 -4  0
 *      0 -4  -4  17  17  -4 -4  0
 *      0  4  -4 -17  17   4 -4  0
 *      0  2   1 -10  -5   8  4  0
 *      0 -2   1  10  -5  -8  4  0
 *      0  4   8  -5 -10   1  2  0
 *      0 -4   8   5 -10  -1  2  0
 *      0 -4   0  21   0 -21  0  4
 */
function spread(at: usize): void {
  const d0 = v128.load(at);
  const d1 = v128.load(at, 64);
  const d2 = v128.load(at, 128);
  const d3 = v128.load(at, 192);
  const d4 = v128.load(at, 256);
  const d5 = v128.load(at, 320);
  const d6 = v128.load(at, 384);
  const d7 = v128.load(at, 448);
  v128.store(at, i16x8.add(times4(i16x8.sub(d0, d6)), times21(i16x8.sub(d4, d2))));
  v128.store(at, i16x8.add(times4(i16x8.sub(d7, d1)), times21(i16x8.sub(d3, d5))), 448);
  let even = i16x8.sub(i16x8.add(i16x8.shl(d4, 4), d4), times4(i16x8.add(d6, d2)));
  let odd = i16x8.sub(i16x8.add(i16x8.shl(d3, 4), d3), times4(i16x8.add(d5, d1)));
  v128.store(at, i16x8.add(even, odd), 64);
  v128.store(at, i16x8.sub(even, odd), 128);
  const middle = i16x8.add(times4(d4), d4);
  const third = i16x8.add(times4(d3), d3);
  even = i16x8.sub(i16x8.add(times4(d6), d2), middle);
  odd = i16x8.shl(i16x8.sub(i16x8.add(times4(d5), d1), third), 1);
  v128.store(at, i16x8.add(even, odd), 192);
  v128.store(at, i16x8.sub(even, odd), 256);
  even = i16x8.shl(i16x8.sub(i16x8.add(d6, times4(d2)), middle), 1);
  odd = i16x8.sub(i16x8.add(d5, times4(d1)), third);
  v128.store(at, i16x8.add(even, odd), 320);
  v128.store(at, i16x8.sub(even, odd), 384);
}

// @ts-ignore: decorator
@inline
function times4(numbers: v128): v128 {
  return i16x8.shl(numbers, 2);
}

// @ts-ignore: decorator
@inline
function times21(numbers: v128): v128 {
  return i16x8.add(i16x8.shl(numbers, 4), i16x8.add(times4(numbers), numbers));
}
