/**
 * The gradient of what a filter slid over: the output's gradient, over which the filter slides turned round. With strides,
 * each phase of the input met taps of the filter of its own; phases that met none have none.
 * Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4 (arXiv:1603.07285).
 */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Pair, Window } from "./gradients.ts";
import { fromPhases, phaseSize } from "./phases.ts";

/** What a gradient is made of: the output's gradient, and what went in. */
export interface Backward {
  tf: TensorFlow;
  dy: Tensor4D;
  x: Tensor4D;
  filter: Tensor4D;
  window: Window;
}

interface WayBack {
  /** Of what `slide` gives. */
  channels: number;
  /** Slides `taps`, some of the filter's in the order that they are to be met, over `image` without strides. */
  slide(image: Tensor4D, taps: Tensor4D, pads: Window["pads"]): Tensor4D;
}

export const inputGradient = (given: Backward, back: WayBack): Tensor4D =>
  given.window.strides.every((stride) => stride === 1) ? wholeGradient(given, back) : inPhases(given, back);

const wholeGradient = ({ tf, dy, filter, window }: Backward, back: WayBack): Tensor4D => {
  const [height, width] = filter.shape;
  const reach = [0, 1].map((place) => window.dilations[place]! * (filter.shape[place]! - 1));
  const borders = (of: (border: number) => number): Window["pads"] => {
    const [rows, columns] = window.pads.map(
      ([before, after], place): Pair => [of(reach[place]! - before), of(reach[place]! - after)],
    );
    return [rows!, columns!];
  };
  // Padded further than the filter reaches: those places saw zeros only
  const image = cropped(
    dy,
    borders((border) => Math.max(0, -border)),
  );
  const pads = borders((border) => Math.max(0, border));
  return back.slide(image, tapsOf(tf, filter, backwards(height, 0, 1), backwards(width, 0, 1)), pads);
};

const inPhases = ({ tf, dy, x, filter, window }: Backward, back: WayBack): Tensor4D => {
  const { strides, pads } = window;
  const [rows, columns] = pads;
  const size = [x.shape[1] + rows[0] + rows[1], x.shape[2] + columns[0] + columns[1]] as const;
  const [high, wide] = phaseSize(size, strides);
  const [height, width] = filter.shape;
  const [photos, outHigh, outWide] = dy.shape;
  const padded = fromPhases(tf, strides, (row, column) => {
    const down = backwards(height, row, strides[0]);
    const right = backwards(width, column, strides[1]);
    if (down.length === 0 || right.length === 0) return tf.zeros([photos, high, wide, back.channels]);
    return back.slide(dy, tapsOf(tf, filter, down, right), [
      [down.length - 1, high - outHigh],
      [right.length - 1, wide - outWide],
    ]);
  });
  return cropped(padded, [
    [rows[0], padded.shape[1] - rows[0] - x.shape[1]],
    [columns[0], padded.shape[2] - columns[0] - x.shape[2]],
  ]);
};

/** Every `step` from `first` on below `length`, the last of them first. */
const backwards = (length: number, first: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((length - first) / step)) }, (_, at) => first + at * step).reverse();

const tapsOf = (tf: TensorFlow, filter: Tensor4D, rows: readonly number[], columns: readonly number[]): Tensor4D => {
  const [height, width, inputs, outputs] = filter.shape;
  if (height * width === 1) return filter;
  const taps = filter.reshape([height * width, inputs * outputs]);
  const chosen = rows.flatMap((row) => columns.map((column) => taps.slice([row * width + column, 0], [1, -1])));
  return tf.concat(chosen).reshape([rows.length, columns.length, inputs, outputs]);
};

const cropped = (image: Tensor4D, [rows, columns]: readonly [Pair, Pair]): Tensor4D => {
  if ([...rows, ...columns].every((side) => side === 0)) return image;
  const [photos, height, width, channels] = image.shape;
  return image.slice(
    [0, rows[0], columns[0], 0],
    [photos, height - rows[0] - rows[1], width - columns[0] - columns[1], channels],
  );
};
