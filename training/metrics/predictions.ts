/** Scores of photos whose labels are known, and the order they put the labels in. */

export interface Predictions {
  /** Calibrated scores, a row per photo. */
  scores: readonly Float64Array[];
  /** Index of each photo's true label. */
  labels: ArrayLike<number>;
}

/** Index of the highest score; the first of equal ones. */
export const best = (row: ArrayLike<number>): number => {
  let at = 0;
  for (let index = 1; index < row.length; index++) if (row[index]! > row[at]!) at = index;
  return at;
};

/** How many labels come before `label`: 0 when it is the answer. Of equal scores the lower index comes first. */
export const rankOf = (row: ArrayLike<number>, label: number): number => {
  let rank = 0;
  for (let index = 0; index < row.length; index++)
    if (row[index]! > row[label]! || (row[index] === row[label] && index < label)) rank++;
  return rank;
};
