/**
 * Features as the head learns from them: each group (one feature map's channels) moved so that its mean is zero and scaled so
 * that its mean squared norm is one. No map outweighs another, and a penalty means the same for every backbone. Within a group
 * the channels keep their proportions. A head trained on such features is folded back, so that plain ones are all it ever meets.
 */

export interface Scaling {
  /** Per channel. */
  mean: Float64Array;
  /** Per channel, the same within a group: 1 / sqrt(mean of ||x - mean||²) over the group. */
  scale: Float64Array;
}

/**
 * @param features photos x channels, row by row
 * @param groups channels of each group, side by side in a row
 */
export const fitScaling = (features: Float32Array, groups: readonly number[]): Scaling => {
  const channels = groups.reduce((sum, count) => sum + count, 0);
  const photos = features.length / channels;
  const mean = new Float64Array(channels);
  for (let at = 0; at < features.length; at++) mean[at % channels]! += features[at]! / photos;
  const variance = new Float64Array(channels);
  for (let at = 0; at < features.length; at++)
    variance[at % channels]! += (features[at]! - mean[at % channels]!) ** 2 / photos;
  const scale = new Float64Array(channels);
  let from = 0;
  for (const count of groups) {
    const squaredNorm = variance.subarray(from, from + count).reduce((sum, one) => sum + one, 0);
    // A map that is the same on every photo says nothing, at any scale
    scale.fill(squaredNorm > 0 ? 1 / Math.sqrt(squaredNorm) : 1, from, from + count);
    from += count;
  }
  return { mean, scale };
};

export const applyScaling = (features: Float32Array, { mean, scale }: Scaling): Float32Array =>
  features.map((value, at) => (value - mean[at % mean.length]!) * scale[at % mean.length]!);

/**
 * The head that says of plain features what the given one says of scaled ones: W · scale, and bias - W · scale · mean.
 *
 * @param head `weights` classes x channels, row by row
 */
export const foldScaling = (
  head: { weights: Float32Array; bias: Float32Array },
  { mean, scale }: Scaling,
): { weights: Float32Array; bias: Float32Array } => {
  const channels = mean.length;
  const weights = head.weights.map((weight, at) => weight * scale[at % channels]!);
  const bias = head.bias.map((value, row) => {
    let shift = 0;
    for (const [channel, average] of mean.entries()) shift += weights[row * channels + channel]! * average;
    return value - shift;
  });
  return { weights, bias };
};
