/** What a linear head says of feature vectors. */

/**
 * @param features photos x channels, row by row
 * @returns a row of logits per photo: weights · features + bias, summed in doubles
 */
export const headLogits = (
  { weights, bias }: { weights: Float32Array; bias: Float32Array },
  features: Float32Array,
): Float32Array[] => {
  const channels = weights.length / bias.length;
  return Array.from({ length: features.length / channels }, (_, photo) =>
    bias.map((start, label) => {
      let sum = start;
      for (let channel = 0; channel < channels; channel++)
        sum += weights[label * channels + channel]! * features[photo * channels + channel]!;
      return sum;
    }),
  );
};
