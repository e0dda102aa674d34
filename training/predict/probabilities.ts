/** Probabilities as a row of text whose numbers, as printed, add up to one exactly. */

/** Digits after the point: fine enough that a right answer that was thought unlikely is no zero to a log loss. */
const DIGITS = 9;
const UNIT = 10 ** DIGITS;

/**
 * Rounds so that the sum is kept: down first, then up where most was lost (largest remainder method).
 *
 * @param scores 0 or more, not all of them 0; of any sum
 */
export const printProbabilities = (scores: ArrayLike<number>): string[] => {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i]!;
  const exact = Float64Array.from(scores, (score) => (score / sum) * UNIT);
  const units = exact.map(Math.floor);
  const short = UNIT - units.reduce((total, unit) => total + unit, 0);
  const byLoss = [...exact.keys()].sort((a, b) => exact[b]! - units[b]! - (exact[a]! - units[a]!) || a - b);
  for (const index of byLoss.slice(0, short)) units[index]! += 1;
  return Array.from(units, print);
};

/** Of scores that are independent of each other, as those of several labels are. */
export const printScores = (scores: ArrayLike<number>): string[] =>
  Array.from(scores, (score) => print(Math.round(score * UNIT)));

const print = (units: number): string => {
  const whole = Math.floor(units / UNIT);
  return `${whole}.${String(units - whole * UNIT).padStart(DIGITS, "0")}`;
};
