/** Chance that can be repeated: a number that only its key decides, whatever was drawn before it. */
import { createHash } from "node:crypto";

/** In [0, 1). */
export const seeded = (key: string): number => createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;

/** Numbers in [0, 1): xorshift32 (Marsaglia 2003), for draws too many to hash each. */
export const drawFrom = (seed: number): (() => number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** The same, in a stream that only its key decides. */
export const drawBy = (key: string): (() => number) => drawFrom(Math.floor(seeded(key) * 2 ** 32));

/** A copy in an order that is drawn (Fisher and Yates). @param next numbers in [0, 1) */
export const shuffled = (rows: Int32Array, next: () => number): Int32Array => {
  const order = rows.slice();
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
};
