/**
 * 3 x 3 convolutions of u8 with a stride of one by Winograd's F(2 x 2, 3 x 3) (Lavin and Gray 2015, arXiv:1509.09308): 16
 * products for four outputs instead of 36, and still exact. Its matrix of weights has halves; doubled in each direction it
 * has integers alone, and sums come out four times too large. Weights are then at most 9 x 128, activations 4 x 255: both
 * fit int16, as pairs are multiplied anyway. int32 sums may wrap, but what is left of them, four times the true sum, does
 * not while a window has fewer than 2^29 / (255 x 128) numbers: `../winograd.ts` sees to it.
 */
import { gatherTiles, Winograd } from "./winograd-activations";
import { finishTiles } from "./winograd-outputs";
import { transformWeights } from "./winograd-weights";

/** `chunk` counts tiles of 2 x 2 outputs, `panels` holds groups of four tiles x 16 places x steps x 4 tiles x 2 channels. */
export function winograd(task: Winograd): void {
  const across = (task.outputWidth + 1) >> 1;
  const count = across * ((task.outputHeight + 1) >> 1);
  const depth = (task.inputs + 7) & ~7;
  const placeBytes = depth * 8;
  memory.fill(task.scratch, <u8>task.inputZero, task.panels - task.scratch);
  for (let start = 0; start < count; start += task.chunk) {
    const stop = min(start + task.chunk, count);
    const groups = <usize>((stop - start + 3) >> 2);
    for (let group: usize = 0; group < groups; group++)
      gatherTiles(task, start + <i32>group * 4, stop - 1, across, task.panels + group * 16 * placeBytes, placeBytes);
    for (let output: usize = 0; output < task.outputs; output += 8) {
      transformWeights(task, output, depth);
      for (let place: usize = 0; place < 16; place++) {
        const weights = task.prepared + place * placeBytes * 2;
        multiply(task.panels + place * placeBytes, weights, groups, placeBytes, task.sums + place * 128);
      }
      finishTiles(task, start, stop, across, output);
    }
  }
}

/** At one place: tiles of 4 x 8 sums, as in `tile.ts`, of weights that are wide already. */
function multiply(panel: usize, weights: usize, groups: usize, placeBytes: usize, sums: usize): void {
  for (let group: usize = 0; group < groups; group++) {
    const end = panel + placeBytes;
    let at = weights;
    let a0 = i64x2.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    while (panel != end) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      let pixel = v128.load_splat<u32>(panel);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pixel, left));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(pixel, right));
      pixel = v128.load_splat<u32>(panel, 4);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pixel, left));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(pixel, right));
      pixel = v128.load_splat<u32>(panel, 8);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pixel, left));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(pixel, right));
      pixel = v128.load_splat<u32>(panel, 12);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pixel, left));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(pixel, right));
      panel += 16;
      at += 32;
    }
    v128.store(sums, a0);
    v128.store(sums, b0, 16);
    v128.store(sums, a1, 32);
    v128.store(sums, b1, 48);
    v128.store(sums, a2, 64);
    v128.store(sums, b2, 80);
    v128.store(sums, a3, 96);
    v128.store(sums, b3, 112);
    sums += 2048;
    panel += 15 * placeBytes;
  }
}
