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

export const channelOf = (index: number, { channels, run }: Layout): number => Math.floor(index / run) % channels;

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
  weights.forEach((weight, i) => {
    const channel = channelOf(i, layout);
    largest[channel] = Math.max(largest[channel]!, Math.abs(weight));
  });
  // An all-zero channel still needs a scale to divide by.
  const scales = largest.map((value, channel) => Math.max(value / 127, smallestScales?.[channel] ?? 0, 1e-12));
  const values = Int8Array.from(weights, (weight, i) => {
    const steps = Math.round(weight / scales[channelOf(i, layout)]!);
    return Math.max(-127, Math.min(127, steps));
  });
  return { values, scales };
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
  weights.forEach((weight, i) => {
    const channel = channelOf(i, layout);
    const stored = quantized.scales[channel]! * quantized.values[i]!;
    shift[channel]! += (stored - weight) * (means[inputOf(i)] ?? 0);
  });
  return shift;
};
