/** The classifier that a backbone was trained with, taken out as numbers. */
import { initializers } from "../../shared/onnx/graph.ts";
import { readFloats } from "../../shared/onnx/tensor.ts";
import type { Dense } from "../head/head.ts";
import { canonicalise } from "./canonicalise.ts";

/**
 * @param backbone an ONNX file
 * @param names of its constants: weights (classes x channels) and bias
 * @throws Error when it has no such constants
 */
export const readBackboneHead = async (
  backbone: Uint8Array,
  names: { weight: string; bias: string },
): Promise<Dense> => {
  const constants = initializers((await canonicalise(backbone)).graph);
  const numbers = (name: string): Float32Array => {
    const found = constants.get(name);
    if (!found) throw new Error(`the backbone has no constant "${name}"; correct its imagenetHead in the catalogue`);
    return readFloats(found);
  };
  return { weights: numbers(names.weight), bias: numbers(names.bias) };
};

/** The head of some of its classes, in the order of `classes`. */
export const sliceHead = ({ weights, bias }: Dense, classes: readonly number[]): Dense => {
  const channels = weights.length / bias.length;
  const sliced = new Float32Array(classes.length * channels);
  for (const [row, of] of classes.entries())
    sliced.set(weights.subarray(of * channels, (of + 1) * channels), row * channels);
  return { weights: sliced, bias: Float32Array.from(classes, (of) => bias[of]!) };
};
