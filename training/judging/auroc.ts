/** How well a number tells one kind of thing from another. */

/**
 * Area under the receiver operating characteristic: the chance that one of `higher` exceeds one of `lower`, ties counted half
 * (Mann and Whitney 1947). 1 tells them apart, .5 not at all; NaN where one of them is empty.
 */
export const auroc = (higher: ArrayLike<number>, lower: ArrayLike<number>): number => {
  const all = [
    ...Array.from(higher, (value) => ({ value, high: 1 })),
    ...Array.from(lower, (value) => ({ value, high: 0 })),
  ].sort((a, b) => a.value - b.value);
  let wins = 0;
  let below = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    let high = 0;
    while (to < all.length && all[to]!.value === all[from]!.value) high += all[to++]!.high;
    const low = to - from - high;
    wins += high * (below + low / 2);
    below += low;
    from = to;
  }
  return wins / (higher.length * lower.length);
};
