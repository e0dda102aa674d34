/** Operators of one map, pixel by pixel. */
import { lessRounder, rounded, toBytes } from "./numbers";

@unmanaged
export class Unary {
  input: usize;
  /** Bytes from pixel to pixel. */
  inputPitch: usize;
  output: usize;
  outputPitch: usize;
  pixels: i32;
  channels: u32;
  inputZero: u32;
  outputZero: u32;
  inputScale: f32;
  outputScale: f32;
  /** 256 bytes. */
  table: usize;
  /** Low, high; alpha, beta. */
  first: f32;
  second: f32;
}

/** Copies channels; the engine has moved `output` to the first of them. */
export function copy(task: Unary, bytes: usize): void {
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++)
    memory.copy(task.output + pixel * task.outputPitch, task.input + pixel * task.inputPitch, bytes);
}

/** Four at a time, since a loop takes as long as a look into the table. */
export function table(task: Unary): void {
  const numbers = task.table;
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++) {
    let from = task.input + pixel * task.inputPitch;
    let to = task.output + pixel * task.outputPitch;
    const end = from + task.channels;
    for (; from + 4 <= end; from += 4) {
      const first = load<u8>(numbers + <usize>load<u8>(from));
      const second = load<u8>(numbers + <usize>load<u8>(from, 1));
      const third = load<u8>(numbers + <usize>load<u8>(from, 2));
      const fourth = load<u8>(numbers + <usize>load<u8>(from, 3));
      store<u8>(to, first);
      store<u8>(to, second, 1);
      store<u8>(to, third, 2);
      store<u8>(to, fourth, 3);
      to += 4;
    }
    for (; from < end; from++) {
      store<u8>(to, load<u8>(numbers + <usize>load<u8>(from)));
      to++;
    }
  }
}

/** x / scale, rounded half to even: the order of QuantizeLinear. As int32, too large numbers still too large. */
// @ts-ignore: decorator
@inline
function quantized(task: Unary, numbers: v128): v128 {
  const steps = f32x4.div(numbers, f32x4.splat(task.outputScale));
  return rounded(steps, f32x4.splat(-<f32>task.outputZero), lessRounder(task.outputZero));
}

export function quantize(task: Unary): void {
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++)
    for (let channel: usize = 0; channel < task.channels; channel += 8) {
      const from = task.input + pixel * task.inputPitch + channel * 4;
      const bytes = toBytes(quantized(task, v128.load(from)), quantized(task, v128.load(from, 16)));
      v128.store_lane<u64>(task.output + pixel * task.outputPitch + channel, bytes, 0);
    }
}

export function dequantize(task: Unary): void {
  const zero = i16x8.splat(<i16>task.inputZero);
  const scale = f32x4.splat(task.inputScale);
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++)
    for (let channel: usize = 0; channel < task.channels; channel += 8) {
      const words = i16x8.sub(v128.load_ext<u8>(task.input + pixel * task.inputPitch + channel), zero);
      const to = task.output + pixel * task.outputPitch + channel * 4;
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(words)), scale));
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(words)), scale), 16);
    }
}

/** Planes of f32 to pixels; of a pitch of four, the channels beyond the last are zero. */
export function image<T>(task: Unary): void {
  const pixels = <usize>task.pixels;
  const planeBytes = pixels * 4;
  const narrow = task.outputPitch == 4 * sizeof<T>();
  const first: usize = !isFloat<T>() && narrow ? imageBytes(task) : <usize>0;
  const places: usize = narrow ? 4 : task.channels;
  for (let channel: usize = 0; channel < places; channel++) {
    const from = task.input + channel * planeBytes;
    const inside = channel < task.channels;
    let to = task.output + first * task.outputPitch + channel * sizeof<T>();
    for (let pixel = first; pixel < pixels; pixel++) {
      const number: f32 = inside ? load<f32>(from + pixel * 4) : 0;
      if (isFloat<T>()) store<f32>(to, number);
      else store<u8>(to, <u8>min(255, i32x4.extract_lane(quantized(task, f32x4.splat(number)), 0)));
      to += task.outputPitch;
    }
  }
}

/** Four pixels of up to four channels at a time. Returns how many pixels are done, all but up to three. */
function imageBytes(task: Unary): usize {
  const pixels = <usize>task.pixels;
  const done = pixels & ~3;
  for (let pixel: usize = 0; pixel < done; pixel += 4) {
    const first = i16x8.narrow_i32x4_s(plane(task, 0, pixel), plane(task, 1, pixel));
    const second = i16x8.narrow_i32x4_s(plane(task, 2, pixel), plane(task, 3, pixel));
    const planes = i8x16.narrow_i16x8_u(first, second);
    const quads = i8x16.shuffle(planes, planes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    v128.store(task.output + pixel * 4, quads);
  }
  return done;
}

/** Four quantized pixels of a channel, zero beyond the last. */
// @ts-ignore: decorator
@inline
function plane(task: Unary, channel: usize, pixel: usize): v128 {
  if (channel >= task.channels) return i32x4.splat(task.outputZero);
  return quantized(task, v128.load(task.input + (channel * <usize>task.pixels + pixel) * 4));
}

export function clip(task: Unary): void {
  eachNumber(task, Operation.clip);
}

export function hardSigmoid(task: Unary): void {
  eachNumber(task, Operation.hardSigmoid);
}

export function hardSwish(task: Unary): void {
  eachNumber(task, Operation.hardSwish);
}

export function leakyRelu(task: Unary): void {
  eachNumber(task, Operation.leakyRelu);
}

export function sigmoid(task: Unary): void {
  eachNumber(task, Operation.sigmoid);
}

export function tanh(task: Unary): void {
  eachNumber(task, Operation.tanh);
}

enum Operation {
  clip,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  sigmoid,
  tanh,
}

// @ts-ignore: decorator
@inline
function eachNumber(task: Unary, operation: Operation): void {
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++) {
    const from = task.input + pixel * task.inputPitch;
    const to = task.output + pixel * task.outputPitch;
    for (let channel: usize = 0; channel < task.channels; channel++)
      store<f32>(to + channel * 4, map(task, load<f32>(from + channel * 4), operation));
  }
}

// @ts-ignore: decorator
@inline
function map(task: Unary, x: f32, operation: Operation): f32 {
  if (operation == Operation.clip) return max(min(x, task.second), task.first);
  if (operation == Operation.hardSigmoid) return max<f32>(0, min<f32>(1, task.first * x + task.second));
  // alpha and beta as ONNX fixes them
  if (operation == Operation.hardSwish) return x * max<f32>(0, min<f32>(1, x * <f32>(1.0 / 6.0) + 0.5));
  if (operation == Operation.leakyRelu) return x >= 0 ? x : x * task.first;
  if (operation == Operation.sigmoid) return 1 / (1 + Mathf.exp(-x));
  return Mathf.tanh(x);
}

/** Over the channels of each pixel. */
export function softmax(task: Unary): void {
  for (let pixel: usize = 0; pixel < <usize>task.pixels; pixel++) {
    const from = task.input + pixel * task.inputPitch;
    const to = task.output + pixel * task.outputPitch;
    const most = largest(from, task.channels);
    let sum: f32 = 0;
    for (let channel: usize = 0; channel < task.channels; channel++) {
      const power = Mathf.exp(load<f32>(from + channel * 4) - most);
      store<f32>(to + channel * 4, power);
      sum += power;
    }
    for (let channel: usize = 0; channel < task.channels; channel++)
      store<f32>(to + channel * 4, load<f32>(to + channel * 4) / sum);
  }
}

export function logSumExp(task: Unary): void {
  const most = largest(task.input, task.channels);
  let sum: f32 = 0;
  for (let channel: usize = 0; channel < task.channels; channel++)
    sum += Mathf.exp(load<f32>(task.input + channel * 4) - most);
  store<f32>(task.output, most + Mathf.log(sum));
}

function largest(from: usize, count: usize): f32 {
  let most = load<f32>(from);
  for (let i: usize = 1; i < count; i++) most = max(most, load<f32>(from + i * 4));
  return most;
}
