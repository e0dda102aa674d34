/** How often each value of a tensor occurs: a histogram that widens as larger values come, so one pass over photos is enough. */
import type { Range } from "./fold-clips.ts";

/** From -limit to limit; half of them for tensors that are never negative still resolve 8 bits eightfold. */
const bins = 4096;

/** Of larger tensors every seventh value is counted, a stride that meets every column; lowest and highest see all of them. */
const countedWhole = 50_000;
const sampleStride = 7;

export interface Histogram {
  counts: Float64Array;
  /** A power of two, at least the largest magnitude seen. */
  limit: number;
  low: number;
  high: number;
}

export const emptyHistogram = (): Histogram => ({
  counts: new Float64Array(bins),
  limit: 2 ** -20,
  // Zero always has a place: padding is zero.
  low: 0,
  high: 0,
});

export const addValues = (histogram: Histogram, values: Float32Array): void => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < histogram.low) histogram.low = value;
    if (value > histogram.high) histogram.high = value;
  }
  const largest = Math.max(-histogram.low, histogram.high);
  if (!Number.isFinite(largest)) throw new Error("an activation is not finite; the model's weights are damaged");
  while (histogram.limit < largest) widen(histogram);
  const { counts } = histogram;
  const perUnit = bins / 2 / histogram.limit;
  const stride = values.length > countedWhole ? sampleStride : 1;
  for (let i = 0; i < values.length; i += stride) {
    const bin = (values[i]! * perUnit + bins / 2) | 0;
    counts[bin < bins ? bin : bins - 1]! += 1;
  }
};

/** Twice the limit: each two neighbouring bins, counted from zero, become one. */
const widen = (histogram: Histogram): void => {
  const merged = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) merged[(bin >> 1) + bins / 4]! += histogram.counts[bin]!;
  histogram.counts = merged;
  histogram.limit *= 2;
};

/** The middle of a bin. */
const valueAt = ({ limit }: Histogram, bin: number): number => ((bin + 0.5 - bins / 2) * 2 * limit) / bins;

export const standardDeviation = (histogram: Histogram): number => {
  let count = 0;
  let sum = 0;
  let squares = 0;
  histogram.counts.forEach((times, bin) => {
    const value = valueAt(histogram, bin);
    count += times;
    sum += times * value;
    squares += times * value * value;
  });
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
};

/** The range that leaves out `share` of the values, half of them at either end. */
export const percentileRange = (histogram: Histogram, share: number): Range => {
  const { counts, low, high } = histogram;
  const outside = (counts.reduce((sum, times) => sum + times, 0) * share) / 2;
  const cut = (from: number, step: number): number => {
    let bin = from;
    for (let seen = counts[bin]!; seen <= outside; seen += counts[bin]!) bin += step;
    return valueAt(histogram, bin);
  };
  return [Math.min(0, Math.max(low, cut(0, 1))), Math.max(0, Math.min(high, cut(bins - 1, -1)))];
};

/** The range whose 255 steps reproduce the values with the least mean squared error: rounding inside, cutting outside. */
export const leastErrorRange = (histogram: Histogram): Range => {
  const { low, high } = histogram;
  let best: Range = [low, high];
  let least = Number.POSITIVE_INFINITY;
  for (let share = 1; share > 0.3; share -= 0.02) {
    const candidates: Range[] =
      low < 0
        ? [
            [low * share, high * share],
            [low, high * share],
          ]
        : [[low, high * share]];
    for (const range of candidates) {
      const error = squaredError(histogram, range);
      if (error >= least) continue;
      least = error;
      best = range;
    }
  }
  return best;
};

const squaredError = (histogram: Histogram, [low, high]: Range): number => {
  // A value rounded to the nearest of equal steps is off by step^2 / 12 in the mean square.
  const rounding = ((high - low) / 255) ** 2 / 12;
  let error = 0;
  histogram.counts.forEach((times, bin) => {
    if (times === 0) return;
    const value = valueAt(histogram, bin);
    const beyond = Math.max(low - value, value - high, 0);
    error += times * (beyond > 0 ? beyond * beyond : rounding);
  });
  return error;
};
