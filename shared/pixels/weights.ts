/**
 * The numbers of an antialiased bicubic resize along one axis, as integers.
 * Source: Keys, "Cubic convolution interpolation" (1981), a = -0.5; widened by the ratio when it shrinks, and rounded to
 * 22 bits of fraction, as Pillow does (src/libImaging/Resample.c), so that both give the same pixels.
 * Only IEEE additions, multiplications and divisions go into them: every machine has the same numbers.
 */

/** Fraction bits of a weight. The weights of a pixel sum to 1 and their absolute values to less than 1.5, so 255 times them fits int32. */
export const FRACTION_BITS = 22;

/** What each output position is made of: `taps[i]` source positions from `first[i]` on, weighed from `weights[i * widest]` on. */
export interface AxisWeights {
  first: Int32Array;
  taps: Int32Array;
  weights: Int32Array;
  widest: number;
}

const A = -0.5;
const SUPPORT = 2;

const cubic = (distance: number): number => {
  const x = Math.abs(distance);
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * A;
  return 0;
};

/**
 * @param length pixels along this axis of the source
 * @param from where the crop begins, in source pixels; may be fractional
 * @param extent how long it is, in source pixels
 * @param size pixels to make of it
 */
export const bicubicWeights = (length: number, from: number, extent: number, size: number): AxisWeights => {
  const ratio = extent / size;
  const stretch = Math.max(ratio, 1);
  const support = SUPPORT * stretch;
  const widest = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(size);
  const taps = new Int32Array(size);
  const weights = new Int32Array(size * widest);
  const row = new Float64Array(widest);
  for (let i = 0; i < size; i++) {
    const centre = from + (i + 0.5) * ratio;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(length, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) sum += row[tap] = cubic((start + tap - centre + 0.5) * (1 / stretch));
    for (let tap = 0; tap < count; tap++) {
      const scaled = (row[tap]! / sum) * 2 ** FRACTION_BITS;
      // half away from zero
      weights[i * widest + tap] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    first[i] = start;
    taps[i] = count;
  }
  return { first, taps, weights, widest };
};

/** The same weights for a source whose pixels lie in the opposite order along this axis. */
export const mirrorSource = ({ first, taps, weights, widest }: AxisWeights, length: number): AxisWeights => {
  const mirrored = { first: first.slice(), taps, weights: weights.slice(), widest };
  for (let i = 0; i < first.length; i++) {
    const count = taps[i]!;
    mirrored.first[i] = length - first[i]! - count;
    mirrored.weights.subarray(i * widest, i * widest + count).reverse();
  }
  return mirrored;
};

/** The same weights in the opposite order: their output is mirrored along this axis. */
export const mirrorOutput = ({ first, taps, weights, widest }: AxisWeights): AxisWeights => {
  const last = first.length - 1;
  return {
    first: first.slice().reverse(),
    taps: taps.slice().reverse(),
    weights: weights.map((_, at) => weights[(last - Math.floor(at / widest)) * widest + (at % widest)]!),
    widest,
  };
};
