/** Winograd's transformation of sums (`winograd.ts`) back to outputs, tile by tile of 2 x 2. */
import { finish, lastOf, toBytes } from "./numbers";
import { Winograd } from "./winograd-activations";

export function finishTiles(task: Winograd, start: i32, stop: i32, across: i32, output: usize): void {
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
