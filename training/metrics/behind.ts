/** How sure it is that one way to train is worse than another: by the differences on the same photos, which vary least. */

/** Standard errors up to which a difference may be chance. */
export const CHANCE = 2;

/**
 * @param losses and @param best per photo of one data set, in nats; null for one that judged nothing
 * @returns the mean of `losses - best` over the photos that both judged, and its standard error (0 of fewer than two photos)
 */
export const behindOf = (
  losses: readonly (number | null)[],
  best: readonly (number | null)[],
): { loss: number; error: number } => {
  const differences = losses.flatMap((loss, at) => {
    const other = best[at] ?? null;
    return loss === null || other === null ? [] : [loss - other];
  });
  const count = differences.length;
  const mean = count && differences.reduce((sum, difference) => sum + difference, 0) / count;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  return { loss: mean, error: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count) };
};
