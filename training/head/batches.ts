/** Which photos each step of an epoch looks at. */

/** Up to this many photos, all of them make one batch: the loss falls smoothly, and nothing is left to chance. */
const wholeUpTo = 2048;
const batchSize = 1024;

/**
 * Batches of indices for one epoch: everything in order, or shuffled by (seed, epoch) and cut into batches as equal as can be.
 * The generator is mulberry32, the shuffle Fisher and Yates'.
 */
export const batchesOf = (photos: number, seed: number, epoch: number): Int32Array[] => {
  const order = Int32Array.from({ length: photos }, (_, index) => index);
  if (photos <= wholeUpTo) return [order];
  const next = mulberry32(seed * 1_000_003 + epoch);
  for (let last = photos - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const count = batchesPerEpoch(photos);
  return Array.from({ length: count }, (_, batch) =>
    order.slice(Math.floor((batch * photos) / count), Math.floor(((batch + 1) * photos) / count)),
  );
};

export const batchesPerEpoch = (photos: number): number => (photos <= wholeUpTo ? 1 : Math.ceil(photos / batchSize));

/** Numbers in [0, 1) from a 32-bit seed. Source: Tommy Ettinger's mulberry32, public domain. */
export const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
