/** How far a form of a multi-label model gives the labels that the float model gives. */
import { labelScores } from "./label-calibration.ts";

/**
 * Of all labels that either gives the views, the share that both give: 2 · both / (one + other), which is F1 of the form held
 * against the float model. Where each view is given one label it is the share of views with the same answer, as of single-label
 * models. Labels that neither gives count for nothing: of a hundred labels ninety-odd are on no photo, and all forms agree on them.
 *
 * @param float logits per view, and @param form likewise; numbers that are none give no label
 * @param thresholds one per label
 * @returns 1 where neither gives any label
 */
export const labelAgreement = (
  float: readonly Float32Array[],
  form: readonly Float32Array[],
  thresholds: ArrayLike<number>,
): number => {
  let [both, sum] = [0, 0];
  for (const [view, before] of float.entries()) {
    const [a, b] = [labelScores(before), labelScores(form[view]!)];
    for (let label = 0; label < thresholds.length; label++) {
      const [one, other] = [a[label]! >= thresholds[label]!, b[label]! >= thresholds[label]!];
      if (one) sum++;
      if (other) sum++;
      if (one && other) both++;
    }
  }
  return sum === 0 ? 1 : (2 * both) / sum;
};
