/** What a sum or a product of two u8 maps is multiplied by: the words in class Binary from `leftRatio` to `shift`. */
import { bitsOf } from "./format.ts";
import type { PlanTensor } from "./plan.ts";

const { fround } = Math;

/**
 * Of `addBytes`: both ratios and the fixed part, zero - (left x zero + right x zero), which is rounded as all of QLinearAdd;
 * then the same in integers.
 */
export const sumRatios = (left: PlanTensor, right: PlanTensor, output: PlanTensor): number[] => {
  const [a, b] = [fround(left.scale / output.scale), fround(right.scale / output.scale)];
  const fixed = fround(output.zero - fround(a * left.zero + fround(b * right.zero)));
  // Sums stay below 2^30. Rounding ratios and the fixed part takes less than 256 from them, rounding twice to float32 less
  // than 128: 512 added, no whole number changes where the fraction is 1024 or more.
  const shift = Math.max(0, Math.min(30, Math.floor(30 - Math.log2(255 * (a + b) + Math.abs(fixed)))));
  const [wholeA, wholeB, whole] = [a, b, fixed].map((part) => Math.round(part * 2 ** shift)) as [
    number,
    number,
    number,
  ];
  const pair = (low: number, high: number): number => low + high * 2 ** 16;
  return [
    ...[bitsOf(a), bitsOf(b), bitsOf(fixed)],
    ...[pair(wholeA >> 11, wholeB >> 11), pair(wholeA & 2047, wholeB & 2047)],
    ...[whole + 2 ** shift / 2 + 512, shift],
  ];
};

/** As many words, of which a product needs the first alone. */
export const productRatio = (left: PlanTensor, right: PlanTensor, output: PlanTensor): number[] => [
  bitsOf(fround(fround(left.scale * right.scale) / output.scale)),
  ...[0, 0, 0, 0, 0, 0],
];
