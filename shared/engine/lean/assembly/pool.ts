/** Max and average pooling, eight channels at a time, and the mean over a whole map. */
import { lessRounder, rounded, toBytes } from "./numbers";

@unmanaged
export class Pool {
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
  outputZero: u32;
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
  /** An average's divisor: all places of the window rather than those inside the map. */
  countPads: u32;
  inputScale: f32;
  outputScale: f32;
}

/** Tap by tap into the output, so that the inner loop runs through all channels of two pixels. */
export function maxPool<T>(task: Pool): void {
  const bytes = task.channels * sizeof<T>();
  let to = task.output;
  for (let y = 0; y < task.outputHeight; y++)
    for (let x = 0; x < task.outputWidth; x++) {
      let first = true;
      for (let row = 0; row < task.rows; row++)
        for (let column = 0; column < task.columns; column++) {
          const from = pixelOf<T>(task, y, x, row, column, 0);
          if (from == 0) continue;
          if (first) memory.copy(to, from, bytes);
          else most<T>(to, from, bytes);
          first = false;
        }
      if (first) least<T>(to, bytes);
      to += task.outputPitch;
    }
}

/** Of a dilated window that steps over the whole map. */
function least<T>(to: usize, bytes: usize): void {
  if (!isFloat<T>()) memory.fill(to, 0, bytes);
  else for (let at: usize = 0; at < bytes; at += 4) store<f32>(to + at, -f32.MAX_VALUE);
}

/** Each number the larger of two; eight channels may be all that there are. */
// @ts-ignore: decorator
@inline
function most<T>(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const known = v128.load(to + at);
    const next = v128.load(from + at);
    v128.store(to + at, isFloat<T>() ? f32x4.max(known, next) : i8x16.max_u(known, next));
  }
  if (at != bytes) {
    const larger = i8x16.max_u(v128.load_zero<u64>(to + at), v128.load_zero<u64>(from + at));
    v128.store_lane<u64>(to + at, larger, 0);
  }
}

/** Of u8 in the order of QLinearAveragePool: numbers are dequantized, summed row by row, divided, then quantized. */
export function averagePool<T>(task: Pool): void {
  let to = task.output;
  for (let y = 0; y < task.outputHeight; y++)
    for (let x = 0; x < task.outputWidth; x++) {
      for (let channel: usize = 0; channel < task.channels; channel += 8) {
        let left = f32x4.splat(0);
        let right = left;
        let count = 0;
        for (let row = 0; row < task.rows; row++)
          for (let column = 0; column < task.columns; column++) {
            const from = pixelOf<T>(task, y, x, row, column, channel);
            if (from == 0) continue;
            left = f32x4.add(left, numbers<T>(task, from, 0));
            right = f32x4.add(right, numbers<T>(task, from, 4));
            count++;
          }
        if (task.countPads) count = task.rows * task.columns;
        const divisor = f32x4.splat(<f32>max(count, 1));
        const at = to + channel * sizeof<T>();
        left = f32x4.div(left, divisor);
        right = f32x4.div(right, divisor);
        if (isFloat<T>()) {
          v128.store(at, left);
          v128.store(at, right, 16);
        } else v128.store_lane<u64>(at, toBytes(quantized(task, left), quantized(task, right)), 0);
      }
      to += task.outputPitch;
    }
}

/** The mean of every pixel, of u8 to u8 in the order of QLinearGlobalAveragePool, of u8 to f32, or of f32. */
export function globalAverage<T, U>(task: Pool): void {
  const pixels = task.inputHeight * task.inputWidth;
  const count = <f32>pixels;
  const scale = f32x4.splat(isFloat<U>() ? task.inputScale / count : task.inputScale / (task.outputScale * count));
  const zero = i16x8.splat(<i16>task.inputZero);
  for (let channel: usize = 0; channel < task.channels; channel += 8) {
    let from = task.input + channel * sizeof<T>();
    let left = i64x2.splat(0);
    let right = left;
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (isFloat<T>()) {
        left = f32x4.add(left, v128.load(from));
        right = f32x4.add(right, v128.load(from, 16));
      } else {
        const words = i16x8.sub(v128.load_ext<u8>(from), zero);
        left = i32x4.add(left, i32x4.extend_low_i16x8_s(words));
        right = i32x4.add(right, i32x4.extend_high_i16x8_s(words));
      }
      from += task.inputPitch;
    }
    if (!isFloat<T>()) {
      left = f32x4.convert_i32x4_s(left);
      right = f32x4.convert_i32x4_s(right);
    }
    left = isFloat<T>() ? f32x4.div(left, f32x4.splat(count)) : f32x4.mul(left, scale);
    right = isFloat<T>() ? f32x4.div(right, f32x4.splat(count)) : f32x4.mul(right, scale);
    const at = task.output + channel * sizeof<U>();
    if (isFloat<U>()) {
      v128.store(at, left);
      v128.store(at, right, 16);
    } else {
      const least = f32x4.splat(-<f32>task.outputZero);
      const last = lessRounder(task.outputZero);
      v128.store_lane<u64>(at, toBytes(rounded(left, least, last), rounded(right, least, last)), 0);
    }
  }
}

/** An input pixel of a window, 0 where it lies in the pads. */
// @ts-ignore: decorator
@inline
function pixelOf<T>(task: Pool, y: i32, x: i32, row: i32, column: i32, channel: usize): usize {
  const inputY = y * task.strideY - task.padTop + row * task.dilationY;
  const inputX = x * task.strideX - task.padLeft + column * task.dilationX;
  if (<u32>inputY >= <u32>task.inputHeight || <u32>inputX >= <u32>task.inputWidth) return 0;
  return task.input + <usize>(inputY * task.inputWidth + inputX) * task.inputPitch + channel * sizeof<T>();
}

/** Four channels from the `first` on, dequantized. */
// @ts-ignore: decorator
@inline
function numbers<T>(task: Pool, from: usize, first: usize): v128 {
  if (isFloat<T>()) return v128.load(from + first * 4);
  const words = v128.load_ext<u8>(from);
  const wide = first == 0 ? i32x4.extend_low_i16x8_u(words) : i32x4.extend_high_i16x8_u(words);
  const steps = i32x4.sub(wide, i32x4.splat(task.inputZero));
  return f32x4.mul(f32x4.splat(task.inputScale), f32x4.convert_i32x4_s(steps));
}

// @ts-ignore: decorator
@inline
function quantized(task: Pool, floats: v128): v128 {
  const steps = f32x4.add(f32x4.div(floats, f32x4.splat(task.outputScale)), f32x4.splat(<f32>task.outputZero));
  return rounded(steps, f32x4.splat(0), lessRounder(0));
}
