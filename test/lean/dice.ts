/** Seeded draws of shapes and numbers. */
import { random } from "../drawing.ts";
import type { Step } from "./drafts.ts";

export interface Dice {
  next(): number;
  /** from `low` to `high`, both included */
  between(low: number, high: number): number;
  chance(part: number): boolean;
  oneOf<T>(choices: readonly T[]): T;
  normals(count: number, deviation: number): Float32Array;
  step(): Step;
}

export const createDice = (seed: number): Dice => {
  const next = random(seed);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (part) => next() < part,
    oneOf: (choices) => choices[between(0, choices.length - 1)]!,
    normals: (count, deviation) =>
      Float32Array.from(
        { length: count },
        () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(6.2832 * next()),
      ),
    // ranges from one side of zero to both
    step: () => ({ scale: Math.fround(0.005 + 0.03 * next()), zero: next() < 0.3 ? 0 : between(0, 255) }),
  };
};
