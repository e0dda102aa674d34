/**
 * exp and log from additions, multiplications and divisions only, which IEEE 754 defines to the last bit. `Math.exp` is
 * each JavaScript engine's own: Node 22 and workerd differ in the last digit, and so would their answers.
 */

// ln 2 in two parts, the first with so few bits that k * LN2_HIGH is exact (fdlibm, e_exp.c)
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Below this exp is less than the smallest normal number, and counts as 0 here. */
const LEAST = -708;

/** Taylor's series around 0, for |r| <= ln(2) / 2: the 14th term is below 2^-57. */
const DEGREE = 14;

/** e to the power of `x`, within two units in the last place; `x` at most 709. */
export const exp = (x: number): number => {
  if (x < LEAST) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let i = DEGREE; i > 0; i--) sum = 1 + (sum * r) / i;
  return sum * powerOfTwo(k);
};

/** The natural logarithm of `x`, a normal number above 0, within some units in the last place. */
export const log = (x: number): number => {
  let exponent = 0;
  let mantissa = x;
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent++;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent--;
  // ln m = 2 artanh((m - 1) / (m + 1)); |s| <= 0.172, so the last term is below 2^-60
  const s = (mantissa - 1) / (mantissa + 1);
  let series = 0;
  for (let i = 21; i > 0; i -= 2) series = 1 / i + series * s * s;
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * series);
};

/** Exact, and by halving or doubling rather than by `**`, whose last bit is again the engine's own. */
const powerOfTwo = (k: number): number => {
  let power = 1;
  for (let i = 0; i < k; i++) power *= 2;
  for (let i = 0; i > k; i--) power /= 2;
  return power;
};
