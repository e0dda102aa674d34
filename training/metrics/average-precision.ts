/** How well scores put the photos that have a label before those that have not, over all thresholds. */

/**
 * Average precision as scikit-learn's average_precision_score has it: the sum over thresholds of (recall - recall before) ·
 * precision, from the highest score down; photos of equal score pass a threshold together. Nothing is interpolated.
 *
 * @param shown 1 for each photo that has the label
 * @param counts how often each photo counts; once by default
 * @returns undefined where no photo has the label
 */
export const averagePrecision = (
  scores: ArrayLike<number>,
  shown: ArrayLike<number>,
  counts?: ArrayLike<number>,
): number | undefined => ofOrder(fallingOrder(scores), scores, shown, counts);

/** Photos from the highest score down. */
export const fallingOrder = (scores: ArrayLike<number>): number[] =>
  Array.from({ length: scores.length }, (_, photo) => photo).sort((a, b) => scores[b]! - scores[a]!);

/** The same of scores whose order is known. */
export const ofOrder = (
  order: ArrayLike<number>,
  scores: ArrayLike<number>,
  shown: ArrayLike<number>,
  counts?: ArrayLike<number>,
): number | undefined => {
  let [taken, right, sum] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    let found = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      const photo = order[to++]!;
      const times = counts ? counts[photo]! : 1;
      taken += times;
      if (shown[photo]) found += times;
    }
    right += found;
    // times the recall it adds, once it is known how many there are
    if (found > 0) sum += found * (right / taken);
    from = to;
  }
  return right === 0 ? undefined : sum / right;
};
