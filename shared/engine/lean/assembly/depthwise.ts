/**
 * Depthwise convolution: input rows are widened once each into a ring of padded rows, from which seven neighbouring outputs
 * of four channels are summed at a time. Of u8, a row in the ring holds pairs: each number beside the one that the window
 * has below it, so that one instruction multiplies and adds both.
 */
import { finish, loadWeights, multiplyAdd, stepOf, toBytes, weightBytes } from "./numbers";
import { Rounding } from "./tile";

@unmanaged
export class Depthwise extends Rounding {
  input: usize;
  inputHeight: i32;
  inputWidth: i32;
  /** Bytes from pixel to pixel, as all pitches here. */
  inputPitch: usize;
  inputZero: u32;
  output: usize;
  outputHeight: i32;
  outputWidth: i32;
  outputPitch: usize;
  /** In steps: pairs of rows for u8. */
  rows: i32;
  columns: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  padTop: i32;
  padLeft: i32;
  /** Rounded up to eight. */
  channels: u32;
  weights: usize;
  bias: usize;
  multipliers: usize;
  /** Eight numbers as pads hold them, 32 bytes; the number of the row in each slot of the ring; then the ring. */
  pad: usize;
  slots: usize;
  ring: usize;
  slotCount: i32;
  /** Pixels of a row in the ring. */
  rowPixels: i32;
}

/** Eight channels of a pixel in the ring: eight f32, or eight pairs of i16. */
const pixelBytes: usize = 32;

export function depthwise<T>(task: Depthwise): void {
  memory.fill(task.pad, <u8>task.inputZero, pixelBytes);
  memory.fill(task.slots, 0xff, <usize>task.slotCount * 4);
  for (let y = 0; y < task.outputHeight; y++) {
    for (let step = 0; step < task.rows; step++) fill<T>(task, rowOf<T>(task, y, step));
    for (let channel: usize = 0; channel < task.channels; channel += 4) {
      const to = task.output + <usize>(y * task.outputWidth) * task.outputPitch + channel * sizeof<T>();
      let x = 0;
      if (task.outputWidth >= 7) {
        for (; x <= task.outputWidth - 7; x += 7) across7<T>(task, y, x, channel, to);
        // the last seven once more, rather than the rest one by one
        if (x < task.outputWidth) across7<T>(task, y, task.outputWidth - 7, channel, to);
      } else for (; x < task.outputWidth; x++) across1<T>(task, y, x, channel, to);
    }
  }
}

/** The row of the padded input that a step of an output row's window begins at. */
// @ts-ignore: decorator
@inline
function rowOf<T>(task: Depthwise, y: i32, step: i32): i32 {
  return y * task.strideY + step * <i32>stepOf<T>() * task.dilationY;
}

// @ts-ignore: decorator
@inline
function slotBytes(task: Depthwise): usize {
  return (<usize>(task.channels * task.rowPixels) * pixelBytes) / 8;
}

/** Brings a row of the padded input into its slot, unless it is there. */
function fill<T>(task: Depthwise, row: i32): void {
  const slot = <usize>(row % task.slotCount);
  if (load<i32>(task.slots + slot * 4) == row) return;
  store<i32>(task.slots + slot * 4, row);
  const zero = i16x8.splat(<i16>task.inputZero);
  const y = row - task.padTop;
  const inside = min(task.inputWidth, task.rowPixels - task.padLeft);
  let to = task.ring + slot * slotBytes(task);
  for (let channel: usize = 0; channel < task.channels; channel += 8) {
    to = clear(to, task.padLeft);
    let first = task.pad;
    let firstPitch: usize = 0;
    if (<u32>y < <u32>task.inputHeight) {
      first = task.input + <usize>(y * task.inputWidth) * task.inputPitch + channel * sizeof<T>();
      firstPitch = task.inputPitch;
    }
    if (isFloat<T>()) {
      for (let x = 0; x < inside; x++) {
        v128.store(to, v128.load(first));
        v128.store(to, v128.load(first, 16), 16);
        first += firstPitch;
        to += pixelBytes;
      }
    } else {
      let second = task.pad;
      let secondPitch: usize = 0;
      if (<u32>(y + task.dilationY) < <u32>task.inputHeight) {
        second = task.input + <usize>((y + task.dilationY) * task.inputWidth) * task.inputPitch + channel;
        secondPitch = task.inputPitch;
      }
      for (let x = 0; x < inside; x++) {
        const upper = i16x8.sub(v128.load_ext<u8>(first), zero);
        const lower = i16x8.sub(v128.load_ext<u8>(second), zero);
        v128.store(to, v128.shuffle<i16>(upper, lower, 0, 8, 1, 9, 2, 10, 3, 11));
        v128.store(to, v128.shuffle<i16>(upper, lower, 4, 12, 5, 13, 6, 14, 7, 15), 16);
        first += firstPitch;
        second += secondPitch;
        to += pixelBytes;
      }
    }
    to = clear(to, task.rowPixels - task.padLeft - inside);
  }
}

/** Pads: in the ring, less their zero, they are zero. */
// @ts-ignore: decorator
@inline
function clear(at: usize, pixels: i32): usize {
  const bytes = <usize>pixels * pixelBytes;
  memory.fill(at, 0, bytes);
  return at + bytes;
}

/** Where a window's step meets its first column. */
// @ts-ignore: decorator
@inline
function startOf<T>(task: Depthwise, y: i32, x: i32, step: i32, channel: usize): usize {
  const slot = <usize>(rowOf<T>(task, y, step) % task.slotCount);
  const block = task.ring + slot * slotBytes(task) + (channel >> 3) * <usize>task.rowPixels * pixelBytes;
  return block + <usize>(x * task.strideX) * pixelBytes + (channel & 4) * 4;
}

/** Seven outputs of four channels: seven sums, a vector of weights and one of activations. */
function across7<T>(task: Depthwise, y: i32, x: i32, channel: usize, to: usize): void {
  const stride = <usize>task.strideX * pixelBytes;
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
    let from = startOf<T>(task, y, x, step, channel);
    for (let column = task.columns; column != 0; column--) {
      const w = loadWeights<T>(weights);
      weights += weightBytes<T>();
      let pixel = from;
      a0 = multiplyAdd<T>(a0, v128.load(pixel), w);
      pixel += stride;
      a1 = multiplyAdd<T>(a1, v128.load(pixel), w);
      pixel += stride;
      a2 = multiplyAdd<T>(a2, v128.load(pixel), w);
      pixel += stride;
      a3 = multiplyAdd<T>(a3, v128.load(pixel), w);
      pixel += stride;
      a4 = multiplyAdd<T>(a4, v128.load(pixel), w);
      pixel += stride;
      a5 = multiplyAdd<T>(a5, v128.load(pixel), w);
      pixel += stride;
      a6 = multiplyAdd<T>(a6, v128.load(pixel), w);
      from += next;
    }
  }
  const low = f32x4.splat(task.low);
  const high = f32x4.splat(task.high);
  const zero = i16x8.splat(<i16>task.zero);
  const pitch = task.outputPitch;
  const multipliers = isFloat<T>() ? low : v128.load(task.multipliers + channel * 4);
  to += <usize>x * pitch;
  put<T>(to, finish<T>(a0, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a1, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a2, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a3, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a4, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a5, multipliers, low, high), zero);
  to += pitch;
  put<T>(to, finish<T>(a6, multipliers, low, high), zero);
}

/** One output of four channels, where a row has fewer than seven. */
function across1<T>(task: Depthwise, y: i32, x: i32, channel: usize, to: usize): void {
  const next = <usize>task.dilationX * pixelBytes;
  let weights = task.weights + (channel / 4) * <usize>(task.rows * task.columns) * weightBytes<T>();
  let sum = v128.load(task.bias + channel * 4);
  for (let step = 0; step < task.rows; step++) {
    let from = startOf<T>(task, y, x, step, channel);
    for (let column = task.columns; column != 0; column--) {
      sum = multiplyAdd<T>(sum, v128.load(from), loadWeights<T>(weights));
      weights += weightBytes<T>();
      from += next;
    }
  }
  const low = f32x4.splat(task.low);
  const multipliers = isFloat<T>() ? low : v128.load(task.multipliers + channel * 4);
  const result = finish<T>(sum, multipliers, low, f32x4.splat(task.high));
  put<T>(to + <usize>x * task.outputPitch, result, i16x8.splat(<i16>task.zero));
}

/** Stores four channels. */
// @ts-ignore: decorator
@inline
function put<T>(at: usize, channels: v128, zero: v128): void {
  if (isFloat<T>()) v128.store(at, channels);
  else v128.store_lane<u32>(at, toBytes(channels, channels, zero), 0);
}
