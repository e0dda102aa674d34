/** An image with rows and columns added around it. */
import type { Tensor4D } from "@tensorflow/tfjs";
import type { Window } from "./gradients.ts";

type Two = [number, number];

/** As TensorFlow.js writes pads of all four axes. */
export const allPads = ([rows, columns]: Window["pads"]): [Two, Two, Two, Two] => [
  [0, 0],
  [...rows],
  [...columns],
  [0, 0],
];

export const padded = (x: Tensor4D, pads: Window["pads"], value = 0): Tensor4D =>
  pads.flat().some((pad) => pad > 0) ? x.pad(allPads(pads), value) : x;
