/**
 * An image as the images of every so many of its rows and columns, and back: what strides come down to. By reshaping and
 * slicing, since strided slices are slow on WebAssembly.
 */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Pair } from "./gradients.ts";
import { padded } from "./padded.ts";

/** Height and width of each phase of an image. */
export const phaseSize = (size: Pair, strides: Pair): Pair => [
  Math.ceil(size[0] / strides[0]),
  Math.ceil(size[1] / strides[1]),
];

/**
 * @returns for each pair of first row and first column below the strides, the image of every so many rows and columns from
 *   there on; all of one size, zeros at the end where there are no more
 */
export const phasesOf = (x: Tensor4D, strides: Pair): ((row: number, column: number) => Tensor4D) => {
  const [down, right] = strides;
  if (down === 1 && right === 1) return () => x;
  const [photos, rows, columns, channels] = x.shape;
  const [high, wide] = phaseSize([rows, columns], strides);
  const full = padded(x, [
    [0, high * down - rows],
    [0, wide * right - columns],
  ]).reshape<Tensor4D>([photos * high, down, wide, right * channels]);
  return (row, column) =>
    full
      .slice([0, row, 0, column * channels], [photos * high, 1, wide, channels])
      .reshape<Tensor4D>([photos, high, wide, channels]);
};

/** The image that has these phases; where they end in zeros, so does it. */
export const fromPhases = (
  tf: TensorFlow,
  [down, right]: Pair,
  phase: (row: number, column: number) => Tensor4D,
): Tensor4D => {
  if (down === 1 && right === 1) return phase(0, 0);
  const count = (length: number) => Array.from({ length }, (_, at) => at);
  const bands = count(down).map((row) => {
    const band = tf.concat(
      count(right).map((column) => phase(row, column)),
      3,
    );
    const [photos, high, wide, side] = band.shape;
    return { photos, high, wide, side, rows: band.reshape([photos * high, 1, wide * side]) };
  });
  const { photos, high, wide, side } = bands[0]!;
  const image = tf.concat(
    bands.map(({ rows }) => rows),
    1,
  );
  return image.reshape([photos, high * down, wide * right, side / right]);
};
