/**
 * The learning rate from step to step: it warms up, so that Adam's moments know the gradients before they move anything far
 * (Goyal et al. 2017), then falls along half a cosine to nothing (Loshchilov and Hutter 2017).
 */

/** Share of all steps in which it warms up. */
const warming = 0.1;

/** Of the highest rate. @param step from 0 */
export const shareAt = (step: number, steps: number): number => {
  const warm = Math.max(1, Math.round(warming * steps));
  if (step < warm) return (step + 1) / warm;
  return (1 + Math.cos((Math.PI * (step - warm)) / (steps - warm))) / 2;
};
