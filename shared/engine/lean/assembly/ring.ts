/**
 * What a depthwise convolution reads: input rows are widened once each into a ring of padded rows. Of u8, a row in the ring
 * holds pairs: each number beside the one that the window has below it, so that one instruction multiplies and adds both.
 */
import { Rounding } from "./numbers";

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
  /**
   * Eight numbers as pads hold them, 32 bytes; the number of the row in each slot of the ring; where in the ring each step
   * of an output row's window begins; then the ring.
   */
  pad: usize;
  slots: usize;
  starts: usize;
  ring: usize;
  slotCount: i32;
  /** Pixels of a row in the ring. */
  rowPixels: i32;
}

/** Eight channels in the ring: eight f32, or eight pairs of i16. */
@unmanaged
export class Pixel {
  left: v128;
  right: v128;
}

@unmanaged
export class TwoPixels extends Pixel {
  nextLeft: v128;
  nextRight: v128;
}

export const pixelBytes: usize = offsetof<Pixel>();

// @ts-ignore: decorator
@inline
function slotBytes(task: Depthwise): usize {
  return (<usize>(task.channels * task.rowPixels) * pixelBytes) / 8;
}

/** Brings a row of the padded input into its slot, unless it is there. Returns where the slot begins. */
export function fill<T>(task: Depthwise, row: i32): usize {
  const slot = <usize>(row % task.slotCount);
  const start = task.ring + slot * slotBytes(task);
  if (load<i32>(task.slots + slot * 4) == row) return start;
  store<i32>(task.slots + slot * 4, row);
  const zero = i16x8.splat(<i16>task.inputZero);
  const y = row - task.padTop;
  const inside = min(task.inputWidth, task.rowPixels - task.padLeft);
  let to = start;
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
  return start;
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
export function startOf(task: Depthwise, x: i32, step: i32, channel: usize): usize {
  const block = load<usize>(task.starts + <usize>step * 4) + (channel >> 3) * <usize>task.rowPixels * pixelBytes;
  return block + <usize>(x * task.strideX) * pixelBytes + (channel & 4) * 4;
}
