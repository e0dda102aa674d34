/** Features moved so that their mean is zero, and a head trained on those moved back. Rows are photos. */

export const meanOf = (features: Float32Array, channels: number): Float64Array => {
  const mean = new Float64Array(channels);
  const rows = features.length / channels;
  for (let at = 0; at < features.length; at++) mean[at % channels]! += features[at]! / rows;
  return mean;
};

export const centre = (features: Float32Array, mean: Float64Array): Float32Array =>
  features.map((value, at) => value - mean[at % mean.length]!);

/** The bias that gives on plain features what `bias` gives on centred ones: bias - W · mean. */
export const biasOnPlain = (weights: Float32Array, bias: Float32Array, mean: Float64Array): Float32Array =>
  bias.map((value, row) => {
    let shift = 0;
    for (const [channel, average] of mean.entries()) shift += weights[row * mean.length + channel]! * average;
    return value - shift;
  });
