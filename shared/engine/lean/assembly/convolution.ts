/**
 * Convolution as products of matrices: a chunk of pixels is gathered into panels (each pixel's whole window, row by row of
 * the matrix), then every panel of output channels passes over them while they lie in the nearest cache.
 */
import { Rounding, stepOf, weightBytes, widen } from "./numbers";
import { gather } from "./panel";
import { tiles } from "./tile";

@unmanaged
export class Convolution extends Rounding {
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
  rows: i32;
  columns: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  padTop: i32;
  padLeft: i32;
  groups: usize;
  /** Of one group. */
  inputs: usize;
  /** Of one group; with a single group rounded up to eight, since nothing else lies behind them. */
  outputs: usize;
  weights: usize;
  bias: usize;
  multipliers: usize;
  /** What a row of a window reads where all of it lies in pads; then the panels. */
  scratch: usize;
  panels: usize;
  /** Pixels gathered at a time, a multiple of four; or groups of them (`products.ts`). */
  chunk: i32;
  /** Weights made ready: a panel of int8 as int16, or transformed (`products.ts`). */
  prepared: usize;
  /** Another layer of the same pixels, of the same size and kind, done along with this one; 0: none. */
  next: usize;
}

/** Pixels from which it pays to widen a panel of weights once, rather than in every tile. */
const fewestWidened = 16;

export function convolve<T>(task: Convolution): void {
  memory.fill(task.scratch, <u8>task.inputZero, task.panels - task.scratch);
  convolvePixels<T>(task, 0, task.outputHeight * task.outputWidth, task.chunk);
}

/** The output pixels from `begin` to `end`, `chunk` of them at a time. */
export function convolvePixels<T>(task: Convolution, begin: i32, end: i32, chunk: i32): void {
  for (let group: usize = 0; group < task.groups; group++) {
    const input = task.input + group * task.inputs * sizeof<T>();
    for (let start = begin; start < end; start += chunk) {
      const stop = min(start + chunk, end);
      gatherChunk<T>(task, input, start, stop);
      multiplyChunk<T>(task, group, start, stop - start);
      for (let next = task.next; next != 0; next = changetype<Convolution>(next).next)
        multiplyChunk<T>(changetype<Convolution>(next), group, start, stop - start);
    }
  }
}

/** `count` pixels from `start` on, gathered before, with all weights of a group. */
function multiplyChunk<T>(task: Convolution, group: usize, start: i32, count: i32): void {
  const taps = <usize>(task.rows * task.columns);
  const panelBytes = (taps * ((task.inputs + 3) & ~3) * 16) / stepOf<T>();
  const weightPanelBytes = (panelBytes / 8) * weightBytes<T>();
  const padded = (task.outputs + 7) & ~7;
  const weights = task.weights + group * (padded / 8) * weightPanelBytes;
  const pitch = task.outputPitch;
  const panels = task.panels;
  for (let output: usize = 0; output < padded; output += 8) {
    const channel = group * padded + output;
    const bias = task.bias + channel * 4;
    const multipliers = task.multipliers + channel * 4;
    const panelOfWeights = weights + (output / 8) * weightPanelBytes;
    const channels = <u32>(task.outputs - output);
    const to = task.output + (group * task.outputs + output) * sizeof<T>() + <usize>start * pitch;
    if (isFloat<T>() || count < fewestWidened)
      tiles<T, T>(panels, panelBytes, panelOfWeights, bias, multipliers, task, to, pitch, count, channels);
    else {
      widen(panelOfWeights, weightPanelBytes, task.prepared);
      tiles<T, i16>(panels, panelBytes, task.prepared, bias, multipliers, task, to, pitch, count, channels);
    }
  }
}

/** The windows of the output pixels from `start` to `stop`; the last panel repeats its last pixel. */
function gatherChunk<T>(task: Convolution, input: usize, start: i32, stop: i32): void {
  const zero = i16x8.splat(<i16>task.inputZero);
  const direct = task.rows == 1 && task.columns == 1 && task.strideY == 1 && task.strideX == 1;
  const run = runOf<T>(task);
  const lastLeft = task.inputWidth - task.columns;
  const last = stop - 1;
  let panel = task.panels;
  for (let pixel = start; pixel < stop; pixel += 4) {
    const p1 = min(pixel + 1, last);
    const p2 = min(pixel + 2, last);
    const p3 = min(pixel + 3, last);
    if (direct) {
      const pitch = task.inputPitch;
      panel = gather<T>(
        input + <usize>pixel * pitch,
        input + <usize>p1 * pitch,
        input + <usize>p2 * pitch,
        input + <usize>p3 * pitch,
        <u32>task.inputs,
        zero,
        panel,
      );
      continue;
    }
    const y0 = top(task, pixel);
    const y1 = top(task, p1);
    const y2 = top(task, p2);
    const y3 = top(task, p3);
    const x0 = left(task, pixel);
    const x1 = left(task, p1);
    const x2 = left(task, p2);
    const x3 = left(task, p3);
    const inside = run != 0 && min(min(x0, x1), min(x2, x3)) >= 0 && max(max(x0, x1), max(x2, x3)) <= lastLeft;
    const channels = inside ? run : <u32>task.inputs;
    const step = inside ? task.columns : 1;
    for (let row = 0; row < task.rows; row++)
      for (let column = 0; column < task.columns; column += step) {
        const dy = row * task.dilationY;
        const dx = column * task.dilationX;
        panel = gather<T>(
          pointer(task, input, y0 + dy, x0 + dx),
          pointer(task, input, y1 + dy, x1 + dx),
          pointer(task, input, y2 + dy, x2 + dx),
          pointer(task, input, y3 + dy, x3 + dx),
          channels,
          zero,
          panel,
        );
      }
  }
}

/** Numbers of a row of a window where they lie side by side, as a panel wants them; 0 where they do not. */
// @ts-ignore: decorator
@inline
function runOf<T>(task: Convolution): u32 {
  const wanted = ((task.inputs + 3) & ~3) * sizeof<T>();
  // between the channels of f32 pixels may lie what is no number; a pitch of four holds zeros there
  const clean = task.inputs % 4 == 0 || wanted == 4 * sizeof<T>();
  if (!clean || task.inputPitch != wanted || task.dilationX != 1) return 0;
  return <u32>task.columns * <u32>(wanted / sizeof<T>());
}

/** The first row of an output pixel's window. */
// @ts-ignore: decorator
@inline
function top(task: Convolution, pixel: i32): i32 {
  return (pixel / task.outputWidth) * task.strideY - task.padTop;
}

// @ts-ignore: decorator
@inline
function left(task: Convolution, pixel: i32): i32 {
  return (pixel % task.outputWidth) * task.strideX - task.padLeft;
}

/** An input pixel, or the numbers that pads hold. */
// @ts-ignore: decorator
@inline
export function pointer(task: Convolution, input: usize, y: i32, x: i32): usize {
  if (<u32>y >= <u32>task.inputHeight || <u32>x >= <u32>task.inputWidth) return task.scratch;
  return input + <usize>(y * task.inputWidth + x) * task.inputPitch;
}
