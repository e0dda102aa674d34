/**
 * Limited-memory BFGS: finds the lowest point of a smooth convex function from its values and gradients. No step size has to be
 * guessed, and it arrives where plain descent is still on its way after hundreds of steps. A descent is plain data, an iteration
 * makes the next of one: whoever keeps it can go on from there, to the same bits.
 * Source: Nocedal and Wright 2006, "Numerical Optimization", algorithms 7.4 and 7.5, line search 3.1.
 */

export interface Evaluation {
  value: number;
  gradient: Float32Array;
}

export type Objective = (point: Float32Array) => Evaluation;

export interface Descent extends Evaluation {
  point: Float32Array;
  /** Of the last iterations, oldest first: how far the point moved, and how the gradient changed by that. */
  memory: readonly { move: Float32Array; change: Float32Array }[];
}

/** Pairs kept; Nocedal and Wright name 3 to 20. */
const kept = 10;

/** Share of the decrease promised by the gradient that a step must bring (Armijo's rule). */
const sufficient = 1e-4;

/** Halvings after which a decrease is below what 32-bit sums can tell. */
const mostHalvings = 20;

export const startDescent = (objective: Objective, point: Float32Array): Descent => ({
  point,
  ...objective(point),
  memory: [],
});

/**
 * One iteration.
 *
 * @param firstStep multiplies the gradient while nothing is known of the curvature: its largest value's inverse is safe
 * @returns undefined when no step goes down any further
 */
export const descend = (objective: Objective, from: Descent, firstStep: number): Descent | undefined => {
  const direction = directionOf(from, firstStep);
  const slope = dot(direction, from.gradient);
  if (!(slope < 0)) return undefined;
  for (let halving = 0, length = 1; halving <= mostHalvings; halving++, length /= 2) {
    const move = Float32Array.from(direction, (along) => length * along);
    const point = from.point.map((value, at) => value + move[at]!);
    const { value, gradient } = objective(point);
    if (!(value <= from.value + sufficient * length * slope)) continue;
    const change = gradient.map((now, at) => now - from.gradient[at]!);
    // Rounding may hide the curvature of a tiny move; learnt from, it would turn the next step uphill
    const memory = dot(move, change) > 0 ? [...from.memory, { move, change }].slice(-kept) : from.memory;
    return { point, value, gradient, memory };
  }
  return undefined;
};

/** Minus the inverse curvature, as far as it is known, times the gradient. */
const directionOf = ({ gradient, memory }: Descent, firstStep: number): Float64Array => {
  const direction = Float64Array.from(gradient, (value) => -value);
  const products = memory.map(({ move, change }) => dot(move, change));
  const shares = new Array<number>(memory.length);
  for (let at = memory.length - 1; at >= 0; at--) {
    const { move, change } = memory[at]!;
    shares[at] = dot(move, direction) / products[at]!;
    add(direction, change, -shares[at]!);
  }
  const newest = memory.at(-1);
  const scale = newest ? products.at(-1)! / dot(newest.change, newest.change) : firstStep;
  for (let at = 0; at < direction.length; at++) direction[at]! *= scale;
  for (const [at, { move, change }] of memory.entries())
    add(direction, move, shares[at]! - dot(change, direction) / products[at]!);
  return direction;
};

type Vector = Float32Array | Float64Array;

export const dot = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};

const add = (to: Float64Array, what: Float32Array, times: number): void => {
  for (let at = 0; at < to.length; at++) to[at]! += times * what[at]!;
};
