/** Scores from logits, in doubles. Logits are photos x classes, row by row. */

/** log(sum(exp(row))), without overflow. As the negative of a photo's free energy it tells known photos from strange ones. */
export const logSumExp = (row: ArrayLike<number>): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < row.length; at++) most = Math.max(most, row[at]!);
  let sum = 0;
  for (let at = 0; at < row.length; at++) sum += Math.exp(row[at]! - most);
  return most + Math.log(sum);
};

/** softmax(row / temperature) */
export const softmax = (row: Float32Array, temperature = 1): Float64Array => {
  const scaled = Float64Array.from(row, (logit) => logit / temperature);
  const total = logSumExp(scaled);
  return scaled.map((logit) => Math.exp(logit - total));
};

/** One row of logits per photo, windows on the same memory. */
export const rowsOf = (logits: Float32Array, classes: number): Float32Array[] =>
  Array.from({ length: logits.length / classes }, (_, row) => logits.subarray(row * classes, (row + 1) * classes));
