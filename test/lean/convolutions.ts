/** Convolutions of u8 in a draft, whose numbers are what they are stored as. */
import type { Convolution, Window } from "../../shared/engine/lean/operators.ts";
import { packChannels, packConvolution } from "../../shared/engine/lean/pack.ts";
import type { Draft, Shape } from "./drafts.ts";
import { slid } from "./windows.ts";

export interface Layer {
  window: Window;
  outputs: number;
  weights?: Int8Array;
  /** Of the output. */
  scale?: number;
}

/** The photo as u8. */
export const addPhoto = (draft: Draft, shape: Shape): number => {
  const output = draft.map(shape, { scale: 1, zero: 0 });
  draft.run({ op: "quantize", input: draft.inputs[0]!, output });
  return output;
};

export const addConvolution = (
  draft: Draft,
  input: number,
  { window, outputs, weights, scale = 1 }: Layer,
): Convolution => {
  const shape = draft.plan.tensors[input]!;
  const products = shape.channels * window.kernel[0] * window.kernel[1];
  const values = weights ?? new Int8Array(outputs * products);
  const packed = packConvolution({
    ...{ weights: values, outputs, inputs: shape.channels, kernel: window.kernel, groups: 1 },
  });
  const operator: Convolution = {
    ...{ op: "conv", input, output: draft.map(slid(shape, window, outputs), { scale, zero: 128 }), window, groups: 1 },
    weights: draft.constant(packed),
    bias: draft.constant(packChannels(new Int32Array(outputs), 1)),
    multipliers: draft.constant(packChannels(new Float32Array(outputs).fill(1 / scale), 1)),
    ...{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  };
  draft.run(operator);
  return operator;
};

export const windowOf = (rows: number, columns: number, stride = 1, pads: Window["pads"] = [0, 0, 0, 0]): Window => ({
  kernel: [rows, columns],
  strides: [stride, stride],
  dilations: [1, 1],
  pads,
});
