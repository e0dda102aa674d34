/**
 * The inner loop of convolutions: sums of products of a panel of pixels (`panel.ts`) with a panel of eight output channels.
 *
 * A tile of 4 pixels x 8 channels: eight sums, two vectors of weights, four of pixels and one product make fifteen, and V8
 * on x86-64 has fifteen to give: its older compiler moves all loads of an iteration to its front. Larger tiles, and two
 * steps an iteration, spill to the stack. Extending and splatting loads cost an addition each where they have an offset,
 * since V8 folds one into plain loads alone; plain loads and shuffles instead were no faster. README.md has the figures.
 */
import { finish, highOf, lastOf, lowOf, loadWeights, multiplyAdd, Rounding, storeChannels, weightBytes } from "./numbers";

/**
 * Every panel of a chunk of pixels with one panel of weights.
 *
 * @param panel steps x 4 pixels, four bytes each; the next follows it
 * @param panelBytes of one
 * @param weights steps x 8 channels, as `Weights` says: T, or i16 where int8 was widened before
 * @param output of the first pixel; the next lies `pitch` bytes further
 * @param pixels to store
 * @param channels to store
 */
export function tiles<T, Weights>(
  panel: usize,
  panelBytes: usize,
  weights: usize,
  bias: usize,
  multipliers: usize,
  rounding: Rounding,
  output: usize,
  pitch: usize,
  pixels: i32,
  channels: u32,
): void {
  for (; pixels > 1; pixels -= 4) {
    const end = panel + panelBytes;
    let at = weights;
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
    while (panel != end) {
      left = loadWeights<Weights>(at);
      right = loadWeights<Weights>(at + weightBytes<Weights>());
      let pixel = v128.load_splat<u32>(panel);
      a0 = multiplyAdd<T>(a0, pixel, left);
      b0 = multiplyAdd<T>(b0, pixel, right);
      pixel = v128.load_splat<u32>(panel, 4);
      a1 = multiplyAdd<T>(a1, pixel, left);
      b1 = multiplyAdd<T>(b1, pixel, right);
      pixel = v128.load_splat<u32>(panel, 8);
      a2 = multiplyAdd<T>(a2, pixel, left);
      b2 = multiplyAdd<T>(b2, pixel, right);
      pixel = v128.load_splat<u32>(panel, 12);
      a3 = multiplyAdd<T>(a3, pixel, left);
      b3 = multiplyAdd<T>(b3, pixel, right);
      panel += 16;
      at += 2 * weightBytes<Weights>();
    }
    const low = lowOf(rounding);
    const high = highOf(rounding);
    const last = lastOf(rounding);
    if (!isFloat<T>()) {
      left = v128.load(multipliers);
      right = v128.load(multipliers, 16);
    }
    storeChannels<T>(output, finish<T>(a0, left, low, high, last), finish<T>(b0, right, low, high, last), channels);
    output += pitch;
    storeChannels<T>(output, finish<T>(a1, left, low, high, last), finish<T>(b1, right, low, high, last), channels);
    output += pitch;
    if (pixels > 2) storeChannels<T>(output, finish<T>(a2, left, low, high, last), finish<T>(b2, right, low, high, last), channels);
    output += pitch;
    if (pixels > 3) storeChannels<T>(output, finish<T>(a3, left, low, high, last), finish<T>(b3, right, low, high, last), channels);
    output += pitch;
  }
  if (pixels == 1) tile1<T, Weights>(panel, panel + panelBytes, weights, bias, multipliers, rounding, output, channels);
}

/** The first pixel of a panel alone: a vector has no other, nor has the last panel of 7 x 7 pixels. */
function tile1<T, Weights>(
  panel: usize,
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
  while (panel != end) {
    const pixel = v128.load_splat<u32>(panel);
    left = multiplyAdd<T>(left, pixel, loadWeights<Weights>(weights));
    right = multiplyAdd<T>(right, pixel, loadWeights<Weights>(weights + weightBytes<Weights>()));
    panel += 16;
    weights += 2 * weightBytes<Weights>();
  }
  const low = lowOf(rounding);
  const high = highOf(rounding);
  const last = lastOf(rounding);
  const first = isFloat<T>() ? low : v128.load(multipliers);
  const second = isFloat<T>() ? low : v128.load(multipliers, 16);
  storeChannels<T>(output, finish<T>(left, first, low, high, last), finish<T>(right, second, low, high, last), channels);
}
