/** A photo's print: all of it, squashed into a small square, grey, with its colours coarser still. Enough to tell a copy by. */

/** Side of the thumbnail that a print is made from. */
export const SIDE = 32;

/** Side of a square of pixels that share one colour. */
const CELL = 4;
const CELLS = SIDE / CELL;
const plane = SIDE * SIDE;

/** `SIDE * SIDE` grey values from 0 to 255, row by row; then the blue and the red differences of each cell, in two planes. */
export type Print = Float32Array;

/** Raised whenever the same photo gives another print. */
export const PRINT_VERSION = 2;

export const greyOf = (print: Print): Float32Array => print.subarray(0, plane);
export const coloursOf = (print: Print): Float32Array => print.subarray(plane);

/**
 * Grey and colours as ITU-R BT.601 has them.
 *
 * @param tensor RGB planes of SIDE x SIDE, 0 to 255
 */
export const printOf = (tensor: Float32Array): Print => {
  const print = new Float32Array(plane + 2 * CELLS * CELLS);
  for (let i = 0; i < plane; i++) {
    const [red, green, blue] = [tensor[i]!, tensor[plane + i]!, tensor[2 * plane + i]!];
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    print[i] = grey;
    const cell = plane + Math.floor(i / SIDE / CELL) * CELLS + Math.floor((i % SIDE) / CELL);
    print[cell]! += (0.564 * (blue - grey)) / CELL ** 2;
    print[cell + CELLS * CELLS]! += (0.713 * (red - grey)) / CELL ** 2;
  }
  return print;
};
