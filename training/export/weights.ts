/**
 * Weights as int8: symmetric, a scale per output channel. Older x86 processors add products of uint8 activations and int8
 * weights in 16 bits, where they overflow; the native engine finds out and avoids that (`shared/engine/saturation.ts`).
 */

export interface QuantizedWeights {
  values: Int8Array;
  /** One per output channel: weight = scale x value. */
  scales: Float32Array;
}

/** Where the output channel of each weight is found in a tensor's row-major numbers. */
export interface Layout {
  channels: number;
  /** How many numbers follow each other before the channel changes. */
  run: number;
}

/** Calls back with each weight's index and output channel, in order; millions of them, so without a division for each. */
const forEachWeight = ({ channels, run }: Layout, count: number, visit: (i: number, channel: number) => void): void => {
  for (let start = 0; start < count; start += channels * run)
    for (let channel = 0; channel < channels; channel++)
      for (let i = start + channel * run; i < start + (channel + 1) * run; i++) visit(i, channel);
};

/** @param axis the output channels' */
export const layoutOf = (dims: readonly number[], axis: number): Layout => ({
  channels: dims[axis]!,
  run: dims.slice(axis + 1).reduce((product, dim) => product * dim, 1),
});

/** @param smallestScales per channel; a larger scale than the weights need costs precision, which a near-dead channel can spare */
export const quantizeNumbers = (
  weights: Float32Array,
  layout: Layout,
  smallestScales?: Float32Array,
): QuantizedWeights => {
  const largest = new Float32Array(layout.channels);
  forEachWeight(layout, weights.length, (i, channel) => {
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > largest[channel]!) largest[channel] = magnitude;
  });
  // An all-zero channel still needs a scale to divide by.
  const scales = largest.map((value, channel) => Math.max(value / 127, smallestScales?.[channel] ?? 0, 1e-12));
  const values = new Int8Array(weights.length);
  forEachWeight(layout, weights.length, (i, channel) => {
    values[i] = Math.max(-127, Math.min(127, Math.round(weights[i]! / scales[channel]!)));
  });
  return { values, scales };
};

/** The sum of the absolute weights of each output channel: no sum of products is larger, per unit of its largest input. */
export const magnitudes = (weights: Float32Array | Int8Array, layout: Layout): Float64Array => {
  const sums = new Float64Array(layout.channels);
  forEachWeight(layout, weights.length, (i, channel) => {
    sums[channel]! += Math.abs(weights[i]!);
  });
  return sums;
};

/**
 * How much each output channel's sum shifts on average, because its weights were rounded.
 * Source: Nagel et al. 2019, "Data-Free Quantization", section 4.2 (arXiv:1906.04721).
 *
 * @param means of the inputs; those of a grouped convolution's channel are its group's
 * @param inputOf the input channel that the weight at an index multiplies
 */
export const meanShift = (
  weights: Float32Array,
  quantized: QuantizedWeights,
  layout: Layout,
  means: readonly number[],
  inputOf: (index: number) => number,
): Float64Array => {
  const shift = new Float64Array(layout.channels);
  forEachWeight(layout, weights.length, (i, channel) => {
    const stored = quantized.scales[channel]! * quantized.values[i]!;
    shift[channel]! += (stored - weights[i]!) * (means[inputOf(i)] ?? 0);
  });
  return shift;
};
