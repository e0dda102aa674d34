/** How far a share that was counted may lie from the true one, by chance alone: its 95% interval. */

/** Of the standard normal distribution: 5% lie beyond it, both sides together. */
const z = 1.959964;

/**
 * Wilson's score interval of a share. Unlike share ± 1.96 standard errors it stays within 0 and 1, and is no point where all
 * photos are right. Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
 */
export const wilsonInterval = (share: number, photos: number): [low: number, high: number] => {
  if (photos === 0) return [0, 1];
  const spread = z ** 2 / photos;
  const centre = (share + spread / 2) / (1 + spread);
  const reach = (z * Math.sqrt((share * (1 - share)) / photos + spread / (4 * photos))) / (1 + spread);
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
};
