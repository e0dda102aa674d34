/** Small dense matrices in doubles: the Cholesky factor of a symmetric one, and the inverse of a triangular one. */

/** `size` x `size`, row by row. */
export type Square = Float64Array;

/**
 * The lower triangular L with L · L' = `matrix`; above the diagonal it is zero.
 * Source: Golub and Van Loan 2013, "Matrix Computations", algorithm 4.2.1 (by rows).
 *
 * @param matrix symmetric; its lower half is read
 * @throws Error when it is not positive definite
 */
export const cholesky = (matrix: Square, size: number): Square => {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]!;
      for (let at = 0; at < column; at++) sum -= lower[row * size + at]! * lower[column * size + at]!;
      if (column < row) lower[row * size + column] = sum / lower[column * size + column]!;
      else if (sum > 0) lower[row * size + row] = Math.sqrt(sum);
      else throw new Error(`a matrix of ${size} rows is not positive definite at row ${row} (${sum})`);
    }
  return lower;
};

/** The inverse of a lower triangular matrix, which is lower triangular too. */
export const invertLower = (lower: Square, size: number): Square => {
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const pivot = 1 / lower[row * size + row]!;
    const own = inverse.subarray(row * size, row * size + row + 1);
    for (let at = 0; at < row; at++) {
      const weight = lower[row * size + at]!;
      const above = inverse.subarray(at * size, at * size + at + 1);
      for (let column = 0; column <= at; column++) own[column]! -= weight * above[column]!;
    }
    for (let column = 0; column < row; column++) own[column]! *= pivot;
    own[row] = pivot;
  }
  return inverse;
};

/** A' · B of two lower triangular matrices. */
export const transposedProduct = (a: Square, b: Square, size: number): Square => {
  const product = new Float64Array(size * size);
  for (let at = 0; at < size; at++)
    for (let row = 0; row <= at; row++) {
      const weight = a[at * size + row]!;
      for (let column = 0; column <= at; column++) product[row * size + column]! += weight * b[at * size + column]!;
    }
  return product;
};

/** The matrix with `value` added along its diagonal. */
export const addToDiagonal = (matrix: ArrayLike<number>, size: number, value: number): Square => {
  const out = Float64Array.from(matrix);
  for (let at = 0; at < size; at++) out[at * size + at]! += value;
  return out;
};
