/**
 * Depthwise convolution, seven neighbouring outputs of four channels at a time, from a ring of padded rows (`ring.ts`).
 *
 * Seven sums, seven loads that older V8 moves to the front, a vector of weights: all fifteen registers. Seven also divides
 * the sides of maps that begin at 224 pixels. What limits it are the loads, one for each multiplication.
 */
import { finish, highOf, lastOf, lowOf, loadWeights, multiplyAdd, stepOf, toBytes, weightBytes } from "./numbers";
import { Depthwise, fill, Pixel, pixelBytes, startOf, TwoPixels } from "./ring";

export function depthwise<T>(task: Depthwise): void {
  memory.fill(task.pad, <u8>task.inputZero, pixelBytes);
  memory.fill(task.slots, 0xff, <usize>task.slotCount * 4);
  for (let y = 0; y < task.outputHeight; y++) {
    for (let step = 0; step < task.rows; step++) {
      const row = y * task.strideY + step * <i32>stepOf<T>() * task.dilationY;
      store<usize>(task.starts + <usize>step * 4, fill<T>(task, row));
    }
    for (let channel: usize = 0; channel < task.channels; channel += 4) {
      const to = task.output + <usize>(y * task.outputWidth) * task.outputPitch + channel * sizeof<T>();
      if (task.outputWidth < 7 || task.strideX > 2)
        for (let x = 0; x < task.outputWidth; x++) across1<T>(task, x, channel, to);
      else if (task.strideX == 1) across<T, Pixel>(task, channel, to);
      else across<T, TwoPixels>(task, channel, to);
    }
  }
}

/** A row of four channels. */
function across<T, Stride>(task: Depthwise, channel: usize, to: usize): void {
  for (let x = 0; x <= task.outputWidth - 7; x += 7) across7<T, Stride>(task, x, channel, to);
  // the last seven once more, rather than the rest one by one
  if (task.outputWidth % 7 != 0) across7<T, Stride>(task, task.outputWidth - 7, channel, to);
}

/** Seven outputs of four channels, `offsetof<Stride>()` bytes apart: a constant in each load, where an addition would be. */
// @ts-ignore: decorator
@inline
function across7<T, Stride>(task: Depthwise, x: i32, channel: usize, to: usize): void {
  const next = <usize>task.dilationX * pixelBytes;
  let weights = task.weights + (channel / 4) * <usize>(task.rows * task.columns) * weightBytes<T>();
  let a0 = v128.load(task.bias + channel * 4);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  for (let step = 0; step < task.rows; step++) {
    let from = startOf(task, x, step, channel);
    for (let column = task.columns; column != 0; column--) {
      const w = loadWeights<T>(weights);
      weights += weightBytes<T>();
      a0 = multiplyAdd<T>(a0, v128.load(from), w);
      a1 = multiplyAdd<T>(a1, v128.load(from, offsetof<Stride>()), w);
      a2 = multiplyAdd<T>(a2, v128.load(from, 2 * offsetof<Stride>()), w);
      a3 = multiplyAdd<T>(a3, v128.load(from, 3 * offsetof<Stride>()), w);
      a4 = multiplyAdd<T>(a4, v128.load(from, 4 * offsetof<Stride>()), w);
      a5 = multiplyAdd<T>(a5, v128.load(from, 5 * offsetof<Stride>()), w);
      a6 = multiplyAdd<T>(a6, v128.load(from, 6 * offsetof<Stride>()), w);
      from += next;
    }
  }
  const low = lowOf(task);
  const high = highOf(task);
  const last = lastOf(task);
  const pitch = task.outputPitch;
  const multipliers = isFloat<T>() ? low : v128.load(task.multipliers + channel * 4);
  to += <usize>x * pitch;
  put<T>(to, finish<T>(a0, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a1, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a2, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a3, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a4, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a5, multipliers, low, high, last));
  to += pitch;
  put<T>(to, finish<T>(a6, multipliers, low, high, last));
}

/** One output of four channels, where a row has fewer than seven. */
function across1<T>(task: Depthwise, x: i32, channel: usize, to: usize): void {
  const next = <usize>task.dilationX * pixelBytes;
  let weights = task.weights + (channel / 4) * <usize>(task.rows * task.columns) * weightBytes<T>();
  let sum = v128.load(task.bias + channel * 4);
  for (let step = 0; step < task.rows; step++) {
    let from = startOf(task, x, step, channel);
    for (let column = task.columns; column != 0; column--) {
      sum = multiplyAdd<T>(sum, v128.load(from), loadWeights<T>(weights));
      weights += weightBytes<T>();
      from += next;
    }
  }
  const low = lowOf(task);
  const multipliers = isFloat<T>() ? low : v128.load(task.multipliers + channel * 4);
  const result = finish<T>(sum, multipliers, low, highOf(task), lastOf(task));
  put<T>(to + <usize>x * task.outputPitch, result);
}

/** Stores four channels. */
// @ts-ignore: decorator
@inline
function put<T>(at: usize, channels: v128): void {
  if (isFloat<T>()) v128.store(at, channels);
  else v128.store_lane<u32>(at, toBytes(channels, channels), 0);
}
