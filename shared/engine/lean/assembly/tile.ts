/**
 * The inner loop of convolutions: sums of products of a panel of pixels (`panel.ts`) with a panel of eight output channels.
 *
 * A tile of 4 pixels x 8 channels: eight sums, two vectors of weights and one activation, spread over a vector, make eleven
 * vectors, and V8 on x86-64 has fifteen to give. Larger tiles spill to the stack, and unrolling costs an addition for each
 * load: V8 folds no constant offset into an address.
 */
import { finish, loadWeights, multiplyAdd, storeChannels, weightBytes } from "./numbers";

/** What the tiles of one operator share. */
@unmanaged
export class Rounding {
  /** Bounds of the result; for u8 less its zero. */
  low: f32;
  high: f32;
  /** Of the output, for u8. */
  zero: u32;
}

/**
 * @param pixels steps x 4 pixels, four bytes each
 * @param end of `pixels`
 * @param weights steps x 8 channels
 * @param output of the first pixel; the next lies `pitch` bytes further
 * @param count pixels to store, 1 to 4
 * @param channels to store
 */
export function tile4<T>(
  pixels: usize,
  end: usize,
  weights: usize,
  bias: usize,
  multipliers: usize,
  rounding: Rounding,
  output: usize,
  pitch: usize,
  count: u32,
  channels: u32,
): void {
  let left = v128.load(bias);
  let right = v128.load(bias, 16);
  let a0 = left;
  let a1 = left;
  let a2 = left;
  let a3 = left;
  let b0 = right;
  let b1 = right;
  let b2 = right;
  let b3 = right;
  while (pixels != end) {
    left = loadWeights<T>(weights);
    right = loadWeights<T>(weights + weightBytes<T>());
    let pixel = v128.load_splat<u32>(pixels);
    a0 = multiplyAdd<T>(a0, pixel, left);
    b0 = multiplyAdd<T>(b0, pixel, right);
    pixel = v128.load_splat<u32>(pixels, 4);
    a1 = multiplyAdd<T>(a1, pixel, left);
    b1 = multiplyAdd<T>(b1, pixel, right);
    pixel = v128.load_splat<u32>(pixels, 8);
    a2 = multiplyAdd<T>(a2, pixel, left);
    b2 = multiplyAdd<T>(b2, pixel, right);
    pixel = v128.load_splat<u32>(pixels, 12);
    a3 = multiplyAdd<T>(a3, pixel, left);
    b3 = multiplyAdd<T>(b3, pixel, right);
    pixels += 16;
    weights += 2 * weightBytes<T>();
  }
  const low = f32x4.splat(rounding.low);
  const high = f32x4.splat(rounding.high);
  const zero = i16x8.splat(<i16>rounding.zero);
  if (!isFloat<T>()) {
    left = v128.load(multipliers);
    right = v128.load(multipliers, 16);
  }
  storeChannels<T>(output, finish<T>(a0, left, low, high), finish<T>(b0, right, low, high), zero, channels);
  if (count == 1) return;
  output += pitch;
  storeChannels<T>(output, finish<T>(a1, left, low, high), finish<T>(b1, right, low, high), zero, channels);
  if (count == 2) return;
  output += pitch;
  storeChannels<T>(output, finish<T>(a2, left, low, high), finish<T>(b2, right, low, high), zero, channels);
  if (count == 3) return;
  output += pitch;
  storeChannels<T>(output, finish<T>(a3, left, low, high), finish<T>(b3, right, low, high), zero, channels);
}

/** The same for the first pixel of a panel alone: vectors have no other. */
export function tile1<T>(
  pixels: usize,
  end: usize,
  weights: usize,
  bias: usize,
  multipliers: usize,
  rounding: Rounding,
  output: usize,
  channels: u32,
): void {
  let left = v128.load(bias);
  let right = v128.load(bias, 16);
  while (pixels != end) {
    const pixel = v128.load_splat<u32>(pixels);
    left = multiplyAdd<T>(left, pixel, loadWeights<T>(weights));
    right = multiplyAdd<T>(right, pixel, loadWeights<T>(weights + weightBytes<T>()));
    pixels += 16;
    weights += 2 * weightBytes<T>();
  }
  const low = f32x4.splat(rounding.low);
  const high = f32x4.splat(rounding.high);
  if (isFloat<T>()) {
    left = finish<T>(left, left, low, high);
    right = finish<T>(right, right, low, high);
  } else {
    left = finish<T>(left, v128.load(multipliers), low, high);
    right = finish<T>(right, v128.load(multipliers, 16), low, high);
  }
  storeChannels<T>(output, left, right, i16x8.splat(<i16>rounding.zero), channels);
}
