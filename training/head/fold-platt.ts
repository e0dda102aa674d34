/** A head whose logits are calibrated label by label: its last layer takes up each label's scale and shift. */
import type { Dense, Head } from "./head.ts";
import type { Platt } from "./platt.ts";

/** @param platt one per label */
export const foldPlatt = (head: Head, platt: readonly Platt[]): Head =>
  head.kind === "linear" ? { ...head, ...foldDense(head, platt) } : { ...head, output: foldDense(head.output, platt) };

const foldDense = ({ weights, bias }: Dense, platt: readonly Platt[]): Dense => {
  const inputs = weights.length / bias.length;
  return {
    weights: weights.map((weight, at) => weight * platt[Math.floor(at / inputs)]!.scale),
    bias: bias.map((value, label) => value * platt[label]!.scale + platt[label]!.shift),
  };
};
