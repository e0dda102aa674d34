/** Winograd's transformation of activations (`winograd.ts`), four tiles of them at a time. */
import { pointer } from "./convolution";
import { transpose } from "./panel";
import { Transform } from "./products";

/** Four tiles' activations, from `first` on, beyond `last` the last again; a place's panel lies `panelPlace` after the one before. */
// @ts-ignore: decorator
@inline
export function gatherTiles(
  task: Transform,
  first: i32,
  last: i32,
  across: i32,
  panel: usize,
  panelPlace: usize,
  halving: bool,
): void {
  const side: usize = halving ? 11 : 6;
  const places = side * side;
  const apart = halving ? 10 : 4;
  const pointers = task.work;
  const columns = pointers + places * 16;
  const spreadTiles = columns + places * 16;
  let to = pointers;
  for (let tile = 0; tile < 4; tile++) {
    const index = min(first + tile, last);
    const y = (index / across) * apart - task.padTop;
    const x = (index % across) * apart - task.padLeft;
    for (let row = 0; row < <i32>side; row++)
      for (let column = 0; column < <i32>side; column++) {
        store<usize>(to, pointer(task, task.input, y + row, x + column));
        to += 4;
      }
  }
  const zero = i16x8.splat(<i16>task.inputZero);
  const next = halving ? side * 8 : side * 4;
  for (let channel: usize = 0; channel < task.inputs; channel += 8) {
    for (let tile: usize = 0; tile < 4; tile++) {
      for (let column: usize = 0; column < side; column++) {
        const at = pointers + (tile * places + column) * 4;
        const to = columns + column * 16;
        spread(
          read(at, channel, zero),
          read(at + next, channel, zero),
          read(at + 2 * next, channel, zero),
          read(at + 3 * next, channel, zero),
          read(at + 4 * next, channel, zero),
          read(at + 5 * next, channel, zero),
          to,
          side * 16,
        );
        if (halving)
          for (let i: usize = 0; i < 5; i++)
            v128.store(to + (6 + i) * side * 16, read(at + i * next + side * 4, channel, zero));
      }
      for (let row: usize = 0; row < side; row++) {
        const at = columns + row * side * 16;
        const to = spreadTiles + row * side * 64 + tile * 16;
        spread(
          v128.load(at),
          v128.load(at + (halving ? 32 : 16)),
          v128.load(at + (halving ? 64 : 32)),
          v128.load(at + (halving ? 96 : 48)),
          v128.load(at + (halving ? 128 : 64)),
          v128.load(at + (halving ? 160 : 80)),
          to,
          64,
        );
        if (halving) for (let i: usize = 0; i < 5; i++) v128.store(to + (6 + i) * 64, v128.load(at + i * 32, 16));
      }
    }
    for (let place: usize = 0; place < places; place++) {
      const at = spreadTiles + place * 64;
      const to = panel + place * panelPlace + channel * 8;
      transpose(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), to);
    }
  }
}

// @ts-ignore: decorator
@inline
function read(pointers: usize, channel: usize, zero: v128): v128 {
  return i16x8.sub(v128.load_ext<u8>(load<usize>(pointers) + channel), zero);
}

/**
 * Six numbers in a line times the matrix of inputs:
 *
 *      2  3 -4 -3  2  0
 *      0  2  5  1 -2  0
 *      0  2  1 -5  2  0
 *      0 -1 -2  1  2  0
 *      0 -2  1  2 -1  0
 *      0  2  3 -4 -3  2
 */
// @ts-ignore: decorator
@inline
function spread(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const a = i16x8.sub(d4, d2);
  const b = i16x8.sub(d3, d1);
  const a2 = i16x8.add(a, a);
  const b2 = i16x8.add(b, b);
  const a2b2 = i16x8.add(a2, b2);
  const near = i16x8.sub(d0, d2);
  v128.store(to, i16x8.sub(i16x8.add(a2, i16x8.add(near, near)), i16x8.add(b2, b)));
  const both = i16x8.add(d2, d3);
  v128.store(to + step, i16x8.sub(i16x8.add(both, i16x8.add(both, both)), a2b2));
  const apart = i16x8.sub(d2, d3);
  v128.store(to + 2 * step, i16x8.add(i16x8.sub(a2, b2), i16x8.add(apart, i16x8.add(apart, apart))));
  v128.store(to + 3 * step, i16x8.add(a2, b));
  v128.store(to + 4 * step, i16x8.sub(b2, a));
  const far = i16x8.sub(d5, d3);
  v128.store(to + 5 * step, i16x8.sub(i16x8.add(far, far), i16x8.add(a2b2, a)));
}
