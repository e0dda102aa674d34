/** Winograd's transformation of activations (`winograd.ts`), four tiles of 4 x 4 of them at a time. */
import { Convolution, pointer } from "./convolution";
import { transpose } from "./panel";

@unmanaged
export class Winograd extends Convolution {
  /** Groups of four tiles x 16 places x 4 tiles x 8 outputs, i32. */
  sums: usize;
  /** 2048 bytes for what is on its way. */
  work: usize;
}

/** Four tiles' activations, from `first` on, the last repeated; each place's panel lies `placeBytes` after the one before. */
export function gatherTiles(task: Winograd, first: i32, last: i32, across: i32, panel: usize, placeBytes: usize): void {
  const pointers = task.work;
  const columns = task.work + 256;
  const places = task.work + 512;
  for (let tile = 0; tile < 4; tile++) {
    const index = min(first + tile, last);
    const y = (index / across) * 2 - task.padTop;
    const x = (index % across) * 2 - task.padLeft;
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++)
        store<usize>(pointers + ((tile * 4 + row) * 4 + column) * 4, pointer(task, task.input, y + row, x + column));
  }
  const zero = i16x8.splat(<i16>task.inputZero);
  for (let channel: usize = 0; channel < task.inputs; channel += 8) {
    for (let tile: usize = 0; tile < 4; tile++) {
      const from = pointers + tile * 64;
      for (let column: usize = 0; column < 4; column++)
        spreadActivations(
          i16x8.sub(v128.load_ext<u8>(load<usize>(from + column * 4) + channel), zero),
          i16x8.sub(v128.load_ext<u8>(load<usize>(from + column * 4, 16) + channel), zero),
          i16x8.sub(v128.load_ext<u8>(load<usize>(from + column * 4, 32) + channel), zero),
          i16x8.sub(v128.load_ext<u8>(load<usize>(from + column * 4, 48) + channel), zero),
          columns + column * 16,
          64,
        );
      for (let row: usize = 0; row < 4; row++) {
        const at = columns + row * 64;
        const to = places + row * 256 + tile * 16;
        spreadActivations(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), to, 64);
      }
    }
    for (let place: usize = 0; place < 16; place++) {
      const at = places + place * 64;
      const to = panel + place * placeBytes + channel * 8;
      transpose(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), to);
    }
  }
}

/** Four numbers in a line times the matrix of inputs. */
// @ts-ignore: decorator
@inline
function spreadActivations(d0: v128, d1: v128, d2: v128, d3: v128, to: usize, step: usize): void {
  v128.store(to, i16x8.sub(d0, d2));
  v128.store(to + step, i16x8.add(d1, d2));
  v128.store(to + 2 * step, i16x8.sub(d2, d1));
  v128.store(to + 3 * step, i16x8.sub(d1, d3));
}
