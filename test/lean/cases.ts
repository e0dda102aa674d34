/** Operators of random shape and numbers, each as a plan and as an ONNX graph, with photos to run both on. */
import { packChannels, packConvolution, packDepthwise, requantizationScales } from "../../shared/engine/lean/pack.ts";
import type { Plan, Window } from "../../shared/engine/lean/plan.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import { random } from "../drawing.ts";
import { createDraft, type Draft, finishDraft, type Shape, type Step } from "./drafts.ts";
import { biasOf, floatNode, operator, quantized, type Reference, weightsOf } from "./onnx.ts";

export interface Case {
  /** For messages. */
  name: string;
  plan: Plan;
  reference: Reference[];
  shapes: Shape[];
  inputs: Float32Array[];
}

/** Seeded draws. */
export interface Dice {
  next(): number;
  /** from `low` to `high`, both included */
  between(low: number, high: number): number;
  chance(part: number): boolean;
  oneOf<T>(choices: readonly T[]): T;
  normals(count: number, deviation: number): Float32Array;
  step(): Step;
}

export const createDice = (seed: number): Dice => {
  const next = random(seed);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (part) => next() < part,
    oneOf: (choices) => choices[between(0, choices.length - 1)]!,
    normals: (count, deviation) =>
      Float32Array.from(
        { length: count },
        () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(6.2832 * next()),
      ),
    // ranges from one side of zero to both
    step: () => ({ scale: Math.fround(0.005 + 0.03 * next()), zero: next() < 0.3 ? 0 : between(0, 255) }),
  };
};

export const kinds = [
  ...["conv", "depthwise", "vector", "add", "mul", "addVector", "mulVector", "maxPool", "averagePool"],
  ...["globalAverage", "concat", "leakyRelu", "sigmoid"],
] as const;
export type Kind = (typeof kinds)[number];

const shapeOf = (dice: Dice, most = 40): Shape => ({
  channels: dice.chance(0.5) ? 8 * dice.between(1, most / 8) : dice.between(1, most),
  height: dice.between(1, 20),
  width: dice.between(1, 20),
});

const windowFor = (dice: Dice, { height, width }: Shape, dilated = true): Window => {
  const axis = (side: number) => {
    const kernel = dice.oneOf([1, 2, 3, 3, 5, 7]);
    const dilation = dilated && dice.chance(0.2) ? 2 : 1;
    const covered = dilation * (kernel - 1) + 1;
    const least = Math.max(0, covered - side);
    // ONNX Runtime's pools want pads below the kernel
    const [before, after] = [dice.between(0, kernel - 1), dice.between(0, kernel - 1)];
    return {
      kernel,
      dilation,
      stride: dice.between(1, 3),
      before: Math.max(before, Math.min(least, kernel - 1)),
      after,
    };
  };
  const [y, x] = [axis(height), axis(width)];
  return {
    kernel: [y.kernel, x.kernel],
    strides: [y.stride, x.stride],
    dilations: [y.dilation, x.dilation],
    pads: [y.before, x.before, y.after, x.after],
  };
};

const slid = (shape: Shape, { kernel, strides, dilations, pads }: Window, channels: number): Shape => {
  const side = (length: number, i: 0 | 1) =>
    Math.floor((length + pads[i] + pads[i === 0 ? 2 : 3] - dilations[i] * (kernel[i] - 1) - 1) / strides[i]) + 1;
  return { channels, height: side(shape.height, 0), width: side(shape.width, 1) };
};

/** Whether every window covers at least one number of the map. */
const meets = (shape: Shape, made: Shape, { strides, pads }: Window): boolean =>
  (made.height - 1) * strides[0] - pads[0] < shape.height && (made.width - 1) * strides[1] - pads[1] < shape.width;

const attributesOf = ({ kernel, strides, dilations, pads }: Window) => ({
  kernel_shape: kernel,
  ...{ strides, dilations, pads },
});

const numbersFor = (dice: Dice, { channels, height, width }: Shape): Float32Array =>
  dice.normals(channels * height * width, 2);

/** @param precision u8: quantized as QDQ, which ONNX Runtime fuses; f32: as it is */
export const drawCase = (kind: Kind, precision: "u8" | "f32", seed: number): Case => {
  const dice = createDice(seed);
  const shape = shapeOf(dice);
  if (kind === "vector") Object.assign(shape, { height: 1, width: 1, channels: dice.between(1, 300) });
  const shapes = [shape];
  if (kind === "add" || kind === "mul") shapes.push(shape);
  if (kind === "concat") shapes.push({ ...shape, channels: dice.between(1, 40) });
  const draft = createDraft(shapes);
  const reference: Reference[] = [];
  const input = (index: number): { tensor: number; name: string; step: Step | undefined } => {
    const name = String.fromCharCode(97 + index);
    if (precision === "f32") return { tensor: draft.inputs[index]!, name, step: undefined };
    const step = kind === "concat" && index > 0 ? first.step! : dice.step();
    const made = draft.map(shapes[index]!, step);
    draft.run({ op: "quantize", input: draft.inputs[index]!, output: made });
    reference.push(quantized(name, `${name}_read`, step));
    return { tensor: made, name: `${name}_read`, step };
  };
  const first = input(0);
  const inputs = shapes.map((each) => numbersFor(dice, each));
  const outStep = precision === "u8" ? dice.step() : undefined;
  /** The result of the ONNX operator, quantized where the case is. */
  const output = (part: Reference, step = outStep): void => {
    const made = part.nodes.at(-1)!.output[0]!;
    reference.push(part);
    reference.push(step ? quantized(made, "y", step) : operator("Identity", [made], "y"));
  };
  const done = (result: number): Case => ({
    name: `${kind} ${precision} ${seed}`,
    plan: finishDraft(draft, result),
    ...{ reference, shapes, inputs },
  });

  switch (kind) {
    case "conv":
    case "vector":
    case "depthwise":
      return done(layerCase(kind, dice, draft, shape, first, outStep, reference, output));
    case "add":
    case "mul": {
      const second = input(1);
      const result = draft.map(shape, outStep);
      draft.run({ op: kind, left: first.tensor, right: second.tensor, output: result });
      output(operator(kind === "add" ? "Add" : "Mul", [first.name, second.name], "made"));
      return done(result);
    }
    case "addVector":
    case "mulVector": {
      // the vector is the map's own mean, as in squeeze and excitation
      const vector = { ...shape, height: 1, width: 1 };
      const step = precision === "u8" ? dice.step() : undefined;
      const mean = draft.map(vector, step);
      draft.run({ op: "globalAverage", input: first.tensor, output: mean });
      reference.push(operator("GlobalAveragePool", [first.name], step ? "mean_made" : "mean"));
      if (step) reference.push(quantized("mean_made", "mean", step));
      const result = draft.map(shape, outStep);
      draft.run({ op: kind === "addVector" ? "add" : "mul", left: first.tensor, right: mean, output: result });
      output(operator(kind === "addVector" ? "Add" : "Mul", [first.name, "mean"], "made"));
      return done(result);
    }
    case "maxPool":
    case "averagePool": {
      const window = drawWindow(dice, shape, kind === "maxPool");
      const countPads = dice.chance(0.5);
      const step = kind === "maxPool" ? first.step : outStep;
      const result = draft.map(slid(shape, window, shape.channels), step);
      const run = { input: first.tensor, output: result, window };
      draft.run(kind === "maxPool" ? { op: kind, ...run } : { op: kind, ...run, countPads });
      const { dilations, ...undilated } = attributesOf(window);
      if (kind === "maxPool") output(operator("MaxPool", [first.name], "made", { ...undilated, dilations }), step);
      else
        output(operator("AveragePool", [first.name], "made", { ...undilated, count_include_pad: Number(countPads) }));
      return done(result);
    }
    case "globalAverage": {
      const result = draft.map({ ...shape, height: 1, width: 1 }, outStep);
      draft.run({ op: kind, input: first.tensor, output: result });
      output(operator("GlobalAveragePool", [first.name], "made"));
      return done(result);
    }
    case "concat": {
      const second = input(1);
      const result = draft.map({ ...shape, channels: shape.channels + shapes[1]!.channels }, first.step);
      draft.run({ op: "concat", input: first.tensor, output: result, at: 0 });
      draft.run({ op: "concat", input: second.tensor, output: result, at: shape.channels });
      output(operator("Concat", [first.name, second.name], "made", { axis: 1 }), first.step);
      return done(result);
    }
    case "leakyRelu":
    case "sigmoid": {
      const result = draft.map(shape, outStep);
      const opType = kind === "leakyRelu" ? "LeakyRelu" : "Sigmoid";
      const alpha = 0.1;
      if (outStep) {
        const table = tableOf(
          kind === "sigmoid" ? (x) => 1 / (1 + Math.exp(-x)) : (x) => (x >= 0 ? x : Math.fround(alpha) * x),
          first.step!,
          outStep,
        );
        draft.run({ op: "table", input: first.tensor, output: result, table: draft.constant(table) });
      } else if (kind === "leakyRelu") draft.run({ op: kind, input: first.tensor, output: result, alpha });
      else draft.run({ op: kind, input: first.tensor, output: result });
      output({
        nodes: [floatNode(opType, [first.name], "made", kind === "leakyRelu" ? { alpha } : {})],
        constants: [],
      });
      return done(result);
    }
  }
};

const drawWindow = (dice: Dice, shape: Shape, dilated: boolean): Window => {
  for (;;) {
    const window = windowFor(dice, shape, dilated);
    const made = slid(shape, window, 1);
    if (made.height >= 1 && made.width >= 1 && meets(shape, made, window)) return window;
  }
};

const tableOf = (map: (x: number) => number, from: Step, to: Step): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, q) => {
    const y = Math.fround(Math.fround(map(Math.fround(from.scale * (q - from.zero)))) / to.scale);
    return Math.max(0, Math.min(255, halfToEven(y) + to.zero));
  });

const halfToEven = (x: number): number => {
  const up = Math.round(x);
  return Math.abs(x % 1) === 0.5 && up % 2 ? up - 1 : up;
};

const layerCase = (
  kind: "conv" | "vector" | "depthwise",
  dice: Dice,
  draft: Draft,
  shape: Shape,
  input: { tensor: number; name: string; step: Step | undefined },
  outStep: Step | undefined,
  reference: Reference[],
  output: (part: Reference) => void,
): number => {
  const plain: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const window = kind === "vector" || (kind === "conv" && dice.chance(0.3)) ? plain : drawWindow(dice, shape, true);
  const divisors = [1, 2, 3, 4, shape.channels].filter((divisor) => shape.channels % divisor === 0);
  const groups = kind === "depthwise" ? shape.channels : kind === "conv" ? dice.oneOf(divisors) : 1;
  const outputs =
    kind === "depthwise" ? shape.channels : groups * dice.between(1, Math.max(1, Math.floor(60 / groups)));
  const inputs = shape.channels / groups;
  const [rows, columns] = window.kernel;
  const count = outputs * inputs * rows * columns;
  const made = slid(shape, window, outputs);
  const result = draft.map(made, outStep);
  const dims = [outputs, inputs, rows, columns];
  const quantizedLayer = outStep && input.step;
  const weights = quantizedLayer
    ? Int8Array.from({ length: count }, () => dice.between(-127, 127))
    : dice.normals(count, 1 / Math.sqrt(inputs * rows * columns));
  const weightScales = Float32Array.from(
    { length: outputs },
    () => (0.3 * (dice.next() + 0.2)) / 127 / Math.sqrt(inputs * rows * columns),
  );
  const biases = quantizedLayer
    ? Int32Array.from({ length: outputs }, () => dice.between(-3000, 3000))
    : dice.normals(outputs, 1);
  const relu = !quantizedLayer && dice.chance(0.5);
  if (quantizedLayer) {
    reference.push(weightsOf("w", dims, weights as Int8Array, weightScales));
    const biasScales = weightScales.map((scale) => Math.fround(scale * input.step!.scale));
    reference.push(biasOf("bias", biases as Int32Array, biasScales));
  } else {
    const constants = [tensor("w", dims, weights), tensor("bias", [outputs], biases)];
    reference.push({ nodes: [], constants });
  }
  const conv = operator("Conv", [input.name, "w", "bias"], relu ? "summed" : "made", {
    ...attributesOf(window),
    group: groups,
  });
  if (relu) {
    reference.push(conv);
    output(operator("Relu", ["summed"], "made"));
  } else output(conv);
  const packed =
    kind === "depthwise"
      ? packDepthwise(weights, outputs, window.kernel)
      : packConvolution({ weights, outputs, inputs, kernel: window.kernel, groups });
  const padded = kind === "depthwise" ? 1 : groups;
  const layer = {
    ...{ input: input.tensor, output: result, window },
    weights: draft.constant(packed),
    bias: draft.constant(packChannels(biases, padded)),
    multipliers: quantizedLayer
      ? draft.constant(
          packChannels(requantizationScales(input.step!.scale, weightScales, outStep.scale, outputs), padded),
        )
      : 0,
    low: relu ? 0 : Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  draft.run(kind === "depthwise" ? { op: "depthwise", ...layer } : { op: "conv", groups, ...layer });
  return result;
};
