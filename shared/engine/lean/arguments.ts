/** Operators as calls of kernels: the words of a kernel's record of arguments, in the order of its class in `assembly/`. */
import { algorithmOf, type Chosen } from "./algorithms.ts";
import { bitsOf } from "./format.ts";
import type { Concat, Convolution, Depthwise, Operator, Window } from "./operators.ts";
import { elementBytes, isVector, type Plan, type PlanTensor, roundUp, type TensorIndex } from "./plan.ts";
import { productRatio, sumRatios } from "./ratios.ts";
import { convolutionScratch, depthwiseScratch } from "./scratch.ts";
import { packedWeights } from "./weights.ts";

/** Addresses in the wasm memory. */
export interface Places {
  tensor(index: TensorIndex): number;
  constant(offset: number): number;
  /** Of a layer, as its kernel reads them. */
  weights(of: Convolution | Depthwise): number;
  photo: number;
  scratch: number;
}

export interface Call {
  /** The name of an export. */
  kernel: string;
  words: number[];
  /** The call before it does its work along with its own. */
  along?: true;
}

/** @param operator of a plan that `checkPlan` let pass */
export const callsOf = (operator: Operator, plan: Plan, places: Places): Call[] => {
  const output = plan.tensors[operator.output]!;
  switch (operator.op) {
    case "conv": {
      const chosen = algorithmOf(operator, plan);
      if (chosen) return [{ kernel: chosen.kernel, words: transform(operator, plan, places, chosen) }];
      return [{ kernel: `conv_${output.type}`, words: convolution(operator, plan, places) }];
    }
    case "depthwise":
      return depthwise(operator, plan, places).map((words) => ({ kernel: `depthwise_${output.type}`, words }));
    case "maxPool":
    case "averagePool":
      return [{ kernel: `${operator.op}_${output.type}`, words: pool(operator, plan, places) }];
    case "globalAverage": {
      const types = new Set([plan.tensors[operator.input]!.type, output.type]);
      const window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;
      const words = pool({ ...operator, window }, plan, places);
      return [{ kernel: ["globalAverage", ...types].join("_"), words }];
    }
    case "add":
    case "mul":
    case "sub":
    case "div":
    case "prelu":
      return [{ kernel: `${operator.op}_${output.type}`, words: binary(operator, plan, places) }];
    case "image":
      return [{ kernel: `image_${output.type}`, words: image(output, places.tensor(operator.output), places.photo) }];
    default: {
      const input = plan.tensors[operator.input]!;
      return [{ kernel: `${operator.op}_${input.type}`, words: unary(operator, input, output, places) }];
    }
  }
};

const pitchOf = ({ pitch, type }: PlanTensor): number => pitch * elementBytes[type];

/** 1.5 x 2^23, as in `assembly/numbers.ts`. */
const rounder = bitsOf(12_582_912);

/** Class Rounding. */
const rounding = ({ low, high }: { low: number; high: number }, { type, zero }: PlanTensor): number[] =>
  type === "u8" ? [bitsOf(-zero), rounder, rounder - zero] : [bitsOf(low), bitsOf(high), 0];

/** The part that Convolution, Depthwise and Pool have in common, with the output's zero or without it. */
const maps = (input: PlanTensor, inputAt: number, output: PlanTensor, outputAt: number): number[] => [
  ...[inputAt, input.height, input.width, pitchOf(input), input.zero],
  ...[outputAt, output.height, output.width, pitchOf(output)],
];

const slide = ({ strides, dilations, pads }: Window): number[] => [...strides, ...dilations, pads[0], pads[1]];

const constants = (of: Convolution | Depthwise, output: PlanTensor, { constant, weights }: Places): number[] => [
  ...[weights(of), constant(of.bias), output.type === "u8" ? constant(of.multipliers) : 0],
];

/** Where a record of a convolution says that another is done along with it. */
export const nextWord = 30;

const convolution = (operator: Convolution, plan: Plan, places: Places): number[] => {
  const { chunk, pad, widenedAt } = convolutionScratch(operator, plan);
  const { scratch } = places;
  return [...convolutionMaps(operator, plan, places), scratch, scratch + pad, chunk, scratch + widenedAt, 0];
};

/** Class Transform. */
const transform = (operator: Convolution, plan: Plan, places: Places, { scratch }: Chosen): number[] => {
  const [panels, prepared, sums, work] = [scratch.panelsAt, scratch.preparedAt, scratch.sumsAt, scratch.workAt].map(
    (offset) => places.scratch + offset,
  ) as [number, number, number, number];
  return [...convolutionMaps(operator, plan, places), places.scratch, panels, scratch.chunk, prepared, 0, sums, work];
};

/** Class Convolution up to its scratch. */
const convolutionMaps = (operator: Convolution, plan: Plan, places: Places): number[] => {
  const { window, groups } = operator;
  const [input, output] = [plan.tensors[operator.input]!, plan.tensors[operator.output]!];
  return [
    ...rounding(operator, output),
    ...maps(input, places.tensor(operator.input), output, places.tensor(operator.output)),
    ...window.kernel,
    ...slide(window),
    groups,
    input.channels / groups,
    // whatever lies between the last channel and the next eight may be written, but not another group's channels
    groups === 1 ? roundUp(output.channels, 8) : output.channels / groups,
    ...constants(operator, output, places),
  ];
};

/** As many channels at a time as the ring holds. */
const depthwise = (operator: Depthwise, plan: Plan, places: Places): number[][] => {
  const { window } = operator;
  const [input, output] = [plan.tensors[operator.input]!, plan.tensors[operator.output]!];
  const { steps, slots, rowPixels, channels, parts, slotsAt, startsAt, ringAt } = depthwiseScratch(operator, plan);
  const [inputAt, outputAt] = [places.tensor(operator.input), places.tensor(operator.output)];
  const [weights, bias, multipliers] = constants(operator, output, places) as Three;
  const size = elementBytes[output.type];
  const { depth } = packedWeights(operator, plan);
  return Array.from({ length: parts }, (_, part) => {
    const from = part * channels;
    return [
      ...rounding(operator, output),
      ...maps(input, inputAt + from * size, output, outputAt + from * size),
      steps,
      window.kernel[1],
      ...slide(window),
      Math.min(channels, roundUp(output.channels, 8) - from),
      ...[weights + from * depth * size, bias + from * 4, output.type === "u8" ? multipliers + from * 4 : 0],
      places.scratch,
      ...[slotsAt, startsAt, ringAt].map((offset) => places.scratch + offset),
      ...[slots, rowPixels],
    ];
  });
};

type Three = [number, number, number];

const pool = (
  operator: { input: TensorIndex; output: TensorIndex; window: Window; countPads?: boolean },
  plan: Plan,
  places: Places,
): number[] => {
  const { window, countPads = false } = operator;
  const [input, output] = [plan.tensors[operator.input]!, plan.tensors[operator.output]!];
  return [
    ...maps(input, places.tensor(operator.input), output, places.tensor(operator.output)),
    output.zero,
    ...window.kernel,
    ...slide(window),
    roundUp(output.channels, 8),
    Number(countPads),
    ...[bitsOf(input.scale), bitsOf(output.scale)],
  ];
};

const binary = (
  operator: { op: string; left: TensorIndex; right: TensorIndex; output: TensorIndex },
  { tensors }: Plan,
  { tensor }: Places,
): number[] => {
  const [left, right, output] = [tensors[operator.left]!, tensors[operator.right]!, tensors[operator.output]!];
  const everyPixel = isVector(right) && !isVector(left);
  return [
    ...[tensor(operator.left), pitchOf(left), tensor(operator.right), everyPixel ? 0 : pitchOf(right)],
    ...[tensor(operator.output), pitchOf(output), output.height * output.width, roundUp(output.channels, 8)],
    ...[left.zero, right.zero, output.zero],
    ...(operator.op === "add" ? sumRatios : productRatio)(left, right, output),
    Number(right.channels === 1),
  ];
};

const image = (output: PlanTensor, outputAt: number, photo: number): number[] => [
  ...[photo, 0, outputAt, pitchOf(output), output.height * output.width, output.channels],
  ...[0, output.zero, bitsOf(1), bitsOf(output.scale), 0, 0, 0],
];

type Unary = Exclude<Operator, { op: "image" } | { left: TensorIndex } | { window: Window }>;

const unary = (operator: Unary, input: PlanTensor, output: PlanTensor, { tensor, constant }: Places): number[] => {
  const [first, second] = parametersOf(operator);
  const shift = operator.op === "concat" ? offsetOf(operator, output) : 0;
  return [
    ...[tensor(operator.input), pitchOf(input), tensor(operator.output) + shift, pitchOf(output)],
    ...[input.height * input.width, input.channels, input.zero, output.zero],
    ...[bitsOf(input.scale), bitsOf(output.scale), operator.op === "table" ? constant(operator.table) : 0],
    ...[bitsOf(first), bitsOf(second)],
  ];
};

const offsetOf = ({ at }: Concat, { type }: PlanTensor): number => at * elementBytes[type];

const parametersOf = (operator: Unary): [number, number] => {
  if (operator.op === "clip") return [operator.low, operator.high];
  if (operator.op === "hardSigmoid") return [operator.alpha, operator.beta];
  return [operator.op === "leakyRelu" ? operator.alpha : 0, 0];
};
