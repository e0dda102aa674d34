/**
 * Constants laid out as the kernels read them: weights in panels of eight output channels, so that a tile's inner loop runs
 * straight through memory. README.md draws the layouts.
 */
import type { Window } from "./operators.ts";
import { roundUp } from "./plan.ts";

type Weights = Int8Array | Float32Array;

export interface ConvolutionWeights<W extends Weights> {
  /** ONNX' order: outputs x (inputs of a group) x kernel rows x kernel columns. */
  weights: W;
  outputs: number;
  /** Input channels of one group. */
  inputs: number;
  kernel: Window["kernel"];
  groups: number;
}

/** Elements per output channel: the inputs of each tap are rounded up to four, with zeros. */
export const depthOf = (inputs: number, [rows, columns]: Window["kernel"]): number =>
  rows * columns * roundUp(inputs, 4);

/** Output channels of a group, rounded up to the eight of a panel. */
export const panelOutputs = (outputs: number, groups: number): number => roundUp(outputs / groups, 8);

/**
 * groups x (outputs of a group / 8) x (depth / step) x 8 outputs x step, where depth runs over taps and in each over
 * channels; step is 2 for int8 (a product of pairs is one instruction), else 1.
 */
export const packConvolution = <W extends Weights>(of: ConvolutionWeights<W>): W => {
  const { weights, outputs, inputs, kernel, groups } = of;
  const step = weights instanceof Int8Array ? 2 : 1;
  const taps = kernel[0] * kernel[1];
  const tapDepth = roundUp(inputs, 4);
  const depth = depthOf(inputs, kernel);
  const perGroup = outputs / groups;
  const padded = panelOutputs(outputs, groups);
  const packed = emptyLike(weights, groups * padded * depth);
  for (let output = 0; output < outputs; output++) {
    const group = Math.floor(output / perGroup);
    const lane = output - group * perGroup;
    const panel = group * padded + (lane - (lane % 8));
    for (let input = 0; input < inputs; input++)
      for (let tap = 0; tap < taps; tap++) {
        const k = tap * tapDepth + input;
        packed[panel * depth + (k - (k % step)) * 8 + (lane % 8) * step + (k % step)] =
          weights[(output * inputs + input) * taps + tap]!;
      }
  }
  return packed;
};

/**
 * Numbers per output channel (biases, multipliers), each group's rounded up to eight with zeros, as the panels of weights are.
 */
export const packChannels = <N extends Int32Array | Float32Array>(numbers: N, groups: number): N => {
  const perGroup = numbers.length / groups;
  const padded = panelOutputs(numbers.length, groups);
  const packed = emptyLike(numbers, groups * padded);
  for (let group = 0; group < groups; group++)
    packed.set(numbers.subarray(group * perGroup, (group + 1) * perGroup), group * padded);
  return packed;
};

/**
 * (channels rounded up to 8) / 4 x (kernel rows / step) x kernel columns x 4 channels x step rows; step is 2 for int8, the
 * last row then paired with zeros where their count is odd, else 1.
 *
 * @param weights ONNX' order: channels x 1 x kernel rows x kernel columns
 */
export const packDepthwise = <W extends Weights>(weights: W, channels: number, kernel: Window["kernel"]): W => {
  const step = weights instanceof Int8Array ? 2 : 1;
  const [rows, columns] = kernel;
  const perChannel = roundUp(rows, step) * columns;
  const packed = emptyLike(weights, roundUp(channels, 8) * perChannel);
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const tap = Math.floor(row / step) * columns + column;
        packed[(channel - (channel % 4)) * perChannel + (tap * 4 + (channel % 4)) * step + (row % step)] =
          weights[(channel * rows + row) * columns + column]!;
      }
  return packed;
};

/**
 * What turns a sum of int8 products into steps of the output, per output channel: in float32 and in QLinearConv's order of
 * ONNX Runtime, or results differ by a step.
 *
 * @param weightScales one per output channel, or one for all
 */
export const requantizationScales = (
  inputScale: number,
  weightScales: Float32Array,
  outputScale: number,
  outputs: number,
): Float32Array =>
  Float32Array.from({ length: outputs }, (_, output) => {
    const weightScale = weightScales.length === 1 ? weightScales[0]! : weightScales[output]!;
    return Math.fround(Math.fround(Math.fround(inputScale) * weightScale) / Math.fround(outputScale));
  });

const emptyLike = <N extends Weights | Int32Array>(numbers: N, length: number): N =>
  new (numbers.constructor as new (length: number) => N)(length);
