/**
 * 3 x 3 convolutions of u8 with a stride of one by Winograd's F(2 x 2, 3 x 3) (Lavin and Gray 2015, arXiv:1509.09308): 16
 * products for four outputs instead of 36, and still exact. Its matrix of weights has halves; doubled in each direction it
 * has integers alone, and sums come out four times too large. Weights are then at most 9 x 128, activations 4 x 255: both
 * fit int16, as pairs are multiplied anyway. int32 sums may wrap, but what is left of them, four times the true sum, does
 * not while a window has fewer than 2^29 / (255 x 128) numbers: `../winograd.ts` sees to it.
 */
import { Convolution, pointer } from "./convolution";
import { finish, lastOf, toBytes } from "./numbers";
import { transpose } from "./panel";

@unmanaged
export class Winograd extends Convolution {
  /** Groups of four tiles x 16 places x 4 tiles x 8 outputs, i32. */
  sums: usize;
  /** 2048 bytes for what is on its way. */
  work: usize;
}

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

/** Four tiles' activations, from `first` on, the last repeated; each place's panel lies `placeBytes` after the one before. */
function gatherTiles(task: Winograd, first: i32, last: i32, across: i32, panel: usize, placeBytes: usize): void {
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

/**
 * The weights of eight outputs, 16 places x steps x 8 outputs x 2 channels, i16, from the packed ones, whose channels end at a
 * multiple of four.
 */
function transformWeights(task: Winograd, output: usize, depth: usize): void {
  const packed = (task.inputs + 3) & ~3;
  const tap = packed * 8;
  const place = depth * 16;
  const rows = task.work;
  for (let pair: usize = 0; pair < depth / 2; pair++) {
    const from = task.weights + output * 9 * packed + pair * 16;
    for (let half: usize = 0; half < 2; half++) {
      const to = task.prepared + pair * 32 + half * 16;
      if (pair * 2 >= packed) {
        for (let i: usize = 0; i < 16; i++) v128.store(to + i * place, i64x2.splat(0));
        continue;
      }
      const at = from + half * 8;
      for (let column: usize = 0; column < 3; column++)
        spreadWeights(
          v128.load_ext<i8>(at + column * tap),
          v128.load_ext<i8>(at + (3 + column) * tap),
          v128.load_ext<i8>(at + (6 + column) * tap),
          rows + column * 16,
          48,
        );
      for (let row: usize = 0; row < 4; row++) {
        const line = rows + row * 48;
        spreadWeights(v128.load(line), v128.load(line, 16), v128.load(line, 32), to + row * 4 * place, place);
      }
    }
  }
}

/** Three weights in a line times twice the matrix of weights. */
// @ts-ignore: decorator
@inline
function spreadWeights(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const ends = i16x8.add(g0, g2);
  v128.store(to, i16x8.add(g0, g0));
  v128.store(to + step, i16x8.add(ends, g1));
  v128.store(to + 2 * step, i16x8.sub(ends, g1));
  v128.store(to + 3 * step, i16x8.add(g2, g2));
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

function finishTiles(task: Winograd, start: i32, stop: i32, across: i32, output: usize): void {
  let y = (start / across) * 2;
  let x = (start % across) * 2;
  for (let tile: usize = 0; tile < <usize>(stop - start); tile++) {
    finishTile(task, task.sums + (tile >> 2) * 2048 + (tile & 3) * 32, y, x, output);
    x += 2;
    if (x < task.outputWidth) continue;
    x = 0;
    y += 2;
  }
}

/** Eight outputs of a tile's up to four pixels, the first of which lies at `y`, `x`. */
function finishTile(task: Winograd, sums: usize, y: i32, x: i32, output: usize): void {
  const low = f32x4.splat(task.low);
  const last = lastOf<u8>(task);
  const right = x + 1 < task.outputWidth;
  const below = y + 1 < task.outputHeight;
  for (let half: usize = 0; half < 2; half++) {
    const at = sums + half * 16;
    const bias = v128.load(task.bias + output * 4 + half * 16);
    const multipliers = v128.load(task.multipliers + output * 4 + half * 16);
    let to = task.output + <usize>(y * task.outputWidth + x) * task.outputPitch + output + half * 4;
    let first = upper(at);
    let second = upper(at + 128);
    let third = upper(at + 256);
    put(to, finish<u8>(leftOf(first, second, third, bias), multipliers, low, last));
    if (right) {
      const pixel = rightOf(second, third, upper(at + 384), bias);
      put(to + task.outputPitch, finish<u8>(pixel, multipliers, low, last));
    }
    if (!below) continue;
    to += <usize>task.outputWidth * task.outputPitch;
    first = lower(at);
    second = lower(at + 128);
    third = lower(at + 256);
    put(to, finish<u8>(leftOf(first, second, third, bias), multipliers, low, last));
    if (right) {
      const pixel = rightOf(second, third, lower(at + 384), bias);
      put(to + task.outputPitch, finish<u8>(pixel, multipliers, low, last));
    }
  }
}

/** A column of places times the matrix of outputs: its first row. */
// @ts-ignore: decorator
@inline
function upper(at: usize): v128 {
  return i32x4.add(v128.load(at), i32x4.add(v128.load(at, 512), v128.load(at, 1024)));
}

/** Its second. */
// @ts-ignore: decorator
@inline
function lower(at: usize): v128 {
  return i32x4.sub(i32x4.sub(v128.load(at, 512), v128.load(at, 1024)), v128.load(at, 1536));
}

/** A quarter of the sums in a line times the matrix of outputs, and the bias. */
// @ts-ignore: decorator
@inline
function leftOf(first: v128, second: v128, third: v128, bias: v128): v128 {
  return i32x4.add(i32x4.shr_s(i32x4.add(first, i32x4.add(second, third)), 2), bias);
}

// @ts-ignore: decorator
@inline
function rightOf(second: v128, third: v128, fourth: v128, bias: v128): v128 {
  return i32x4.add(i32x4.shr_s(i32x4.sub(i32x4.sub(second, third), fourth), 2), bias);
}

// @ts-ignore: decorator
@inline
function put(at: usize, channels: v128): void {
  v128.store_lane<u32>(at, toBytes(channels, channels), 0);
}
