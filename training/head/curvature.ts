/**
 * How steep softmax regression can get, from its features: the mean cross-entropy's second derivative is nowhere more than
 * half the largest eigenvalue of the features' second moment (Böhning 1992). A step of its inverse cannot overshoot, so no
 * learning rate has to be guessed for a new backbone.
 */

/** Power iterations; the largest eigenvalue is then known to a few percent, which a step size bears. */
const iterations = 20;
/** Rows looked at; more change the eigenvalue by less than its error. */
const enough = 2048;

/** @param features centred, rows of `channels` numbers */
export const curvatureOf = (features: Float32Array, channels: number): number => {
  const rows = Math.min(enough, features.length / channels);
  let direction = new Float64Array(channels).fill(1 / Math.sqrt(channels));
  let eigenvalue = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = new Float64Array(channels);
    for (let row = 0; row < rows; row++) {
      const start = row * channels;
      let along = 0;
      for (let at = 0; at < channels; at++) along += features[start + at]! * direction[at]!;
      for (let at = 0; at < channels; at++) next[at]! += (along / rows) * features[start + at]!;
    }
    eigenvalue = Math.hypot(...next);
    if (eigenvalue === 0) return 0;
    direction = next.map((value) => value / eigenvalue);
  }
  return eigenvalue / 2;
};
