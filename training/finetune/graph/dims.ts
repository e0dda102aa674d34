/** Shapes, as lists of sides. */

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);

/** The shape that two have together, as NumPy broadcasts. @throws Error where they do not fit */
export const broadcast = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => {
    const [left, right] = [a.at(-1 - at) ?? 1, b.at(-1 - at) ?? 1];
    if (left !== right && left !== 1 && right !== 1) throw new Error(`shapes [${a}] and [${b}] do not fit together`);
    return left === 1 ? right : left;
  }).reverse();
