/** Which classes are taken for which, out of a confusion matrix: its rows are true labels, its columns the answers. */

export interface Mistake {
  /** Index of what the photos show. */
  from: number;
  /** Index of what the answer was. */
  to: number;
  photos: number;
}

/** Every way to be wrong that happened, the commonest first; of equal ones in the labels' order. */
export const mistakesOf = (matrix: readonly (readonly number[])[]): Mistake[] =>
  matrix
    .flatMap((row, from) => row.map((photos, to) => ({ from, to, photos })))
    .filter(({ from, to, photos }) => from !== to && photos > 0)
    .sort((a, b) => b.photos - a.photos || a.from - b.from || a.to - b.to);

/**
 * An order in which classes that are taken for each other are neighbours, so that what is confused shows as blocks along the
 * diagonal: chains of classes are joined, the most confused first (single linkage). The rest follows in the labels' order.
 */
export const neighbourOrder = (matrix: readonly (readonly number[])[]): number[] => {
  const chains = matrix.map((_, index) => [index]);
  for (const { from, to } of mistakesOf(matrix)) {
    const [joined, other] = [chains[from]!, chains[to]!];
    if (joined === other) continue;
    joined.push(...other);
    for (const index of other) chains[index] = joined;
  }
  return [...new Set(chains)].sort((a, b) => b.length - a.length || a[0]! - b[0]!).flat();
};
