/** Convolutions of random weights. */
import type { Window } from "../../shared/engine/lean/operators.ts";
import { packChannels, packConvolution, packDepthwise, requantizationScales } from "../../shared/engine/lean/pack.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import type { Shape } from "./drafts.ts";
import { biasOf, operator, quantized, weightsOf } from "./onnx.ts";
import { anyShape, type Drawing, type Operand, type Sketch } from "./sketch.ts";
import { attributesOf, drawWindow, slid } from "./windows.ts";

interface Layer {
  input: Operand;
  window: Window;
  groups: number;
  outputs: number;
  depthwise?: boolean;
  /** Weights at the ends of int8, so that sums are as large as they can be. */
  extreme?: boolean;
  /** In float, with weights that are int8. */
  narrow?: boolean;
}

/** @returns the tensor of the result */
const addLayer = (sketch: Sketch, layer: Layer): number => {
  const { dice, draft, outStep, reference } = sketch;
  const { input, window, groups, outputs, depthwise = false, extreme = false, narrow = false } = layer;
  const shape = draft.plan.tensors[input.tensor]!;
  const inputs = shape.channels / groups;
  const [rows, columns] = window.kernel;
  const products = inputs * rows * columns;
  const dims = [outputs, inputs, rows, columns];
  const result = draft.map(slid(shape, window, outputs), outStep);
  const int8 = narrow || outStep !== undefined;
  const weights = int8
    ? Int8Array.from({ length: outputs * products }, () =>
        extreme ? dice.oneOf([-128, 127, 127]) : dice.between(-127, 127),
      )
    : dice.normals(outputs * products, 1 / Math.sqrt(products));
  const scales = Float32Array.from({ length: outputs }, () => (0.3 * (dice.next() + 0.2)) / 127 / Math.sqrt(products));
  const biases = outStep
    ? Int32Array.from({ length: outputs }, () => dice.between(-3000, 3000))
    : dice.normals(outputs, 1);
  reference.push(
    int8 ? weightsOf("w", dims, weights as Int8Array, scales) : { nodes: [], constants: [tensor("w", dims, weights)] },
  );
  if (outStep) {
    const biasScales = scales.map((scale) => Math.fround(scale * input.step!.scale));
    reference.push(biasOf("bias", biases as Int32Array, biasScales));
  } else reference.push({ nodes: [], constants: [tensor("bias", [outputs], biases)] });
  const relu = !outStep && dice.chance(0.5);
  const attributes = { ...attributesOf(window), group: groups };
  const conv = operator("Conv", [input.name, "w", "bias"], relu ? "summed" : "made", attributes);
  if (relu) reference.push(conv);
  sketch.output(relu ? operator("Relu", ["summed"], "made") : conv);

  const perChannel = (numbers: Int32Array | Float32Array) =>
    draft.constant(packChannels(numbers, depthwise ? 1 : groups));
  const pack = <W extends Int8Array | Float32Array>(weights: W): W =>
    depthwise
      ? packDepthwise(weights, outputs, window.kernel)
      : packConvolution({ weights, outputs, inputs, kernel: window.kernel, groups });
  const packed = narrow ? Int8Array.from(pack(Float32Array.from(weights))) : pack<Int8Array | Float32Array>(weights);
  const multipliers = outStep
    ? requantizationScales(input.step!.scale, scales, outStep.scale, outputs)
    : narrow && scales;
  const fields = {
    ...{ input: input.tensor, output: result, window, weights: draft.constant(packed), bias: perChannel(biases) },
    multipliers: multipliers ? perChannel(multipliers) : 0,
    low: relu ? 0 : Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  draft.run(depthwise ? { op: "depthwise", ...fields } : { op: "conv", groups, ...fields });
  return result;
};

const plain: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

const convolution = (sketch: Sketch, { narrow = false } = {}): number => {
  const { dice, shapes } = sketch;
  const shape = shapes[0]!;
  const window = dice.chance(0.3) ? plain : drawWindow(dice, shape, { dilated: true });
  const groups = dice.oneOf([1, 2, 3, 4, shape.channels].filter((divisor) => shape.channels % divisor === 0));
  const outputs = groups * dice.between(1, Math.max(1, Math.floor(60 / groups)));
  return addLayer(sketch, { input: sketch.operand(0), window, groups, outputs, narrow });
};

const depthwise = (sketch: Sketch, { narrow = false } = {}): number => {
  const { channels, ...map } = sketch.shapes[0]!;
  const window = drawWindow(sketch.dice, { channels, ...map }, { dilated: true });
  const input = sketch.operand(0);
  return addLayer(sketch, { input, window, groups: channels, outputs: channels, depthwise: true, narrow });
};

const transformed = (dice: Sketch["dice"], least: number, most: number): Shape => ({
  channels: dice.chance(0.1) ? 512 : dice.between(16, 60),
  height: dice.between(least, most),
  width: dice.between(least, most),
});

const convolution3x3 = (sketch: Sketch, stride: number): number => {
  const { dice } = sketch;
  const pad = (): number => dice.between(1, 2);
  const pads = [pad(), pad(), pad(), pad()] as const;
  const window: Window = { ...plain, kernel: [3, 3], strides: [stride, stride], pads };
  const outputs = dice.between(16, 60);
  return addLayer(sketch, { input: sketch.operand(0), window, groups: 1, outputs, extreme: dice.chance(0.3) });
};

export const layers = {
  conv: { draw: (sketch) => convolution(sketch) },
  narrowConv: { precisions: ["f32"], draw: (sketch) => convolution(sketch, { narrow: true }) },

  /** Large enough for Winograd's transformation, up to the most channels that have it. */
  conv3x3: {
    shapes: (dice) => [transformed(dice, 8, 20)],
    draw: (sketch) => convolution3x3(sketch, 1),
  },
  halving3x3: {
    shapes: (dice) => [transformed(dice, 17, 24)],
    draw: (sketch) => convolution3x3(sketch, 2),
  },

  /** The same of a row or a column. */
  line: {
    shapes: (dice) => [transformed(dice, 8, 20)],
    draw(sketch) {
      const { dice } = sketch;
      const taps = dice.between(5, 8);
      const [before, after] = [dice.between(1, taps - 1), dice.between(1, taps - 1)];
      const window: Window = dice.chance(0.5)
        ? { ...plain, kernel: [1, taps], pads: [0, before, 0, after] }
        : { ...plain, kernel: [taps, 1], pads: [before, 0, after, 0] };
      const outputs = dice.between(16, 60);
      return addLayer(sketch, { input: sketch.operand(0), window, groups: 1, outputs, extreme: dice.chance(0.3) });
    },
  },

  /** Wide enough for Strassen's algorithm. */
  wide: {
    shapes: (dice) => [{ channels: 32 * dice.between(8, 10), height: dice.between(8, 12), width: dice.between(8, 12) }],
    draw(sketch) {
      const { dice } = sketch;
      const outputs = 32 * dice.between(2, 4);
      const input = sketch.operand(0);
      return addLayer(sketch, { input, window: plain, groups: 1, outputs, extreme: dice.chance(0.3) });
    },
  },

  /** The photo's own few channels, four elements from pixel to pixel. */
  stem: {
    shapes: (dice) => [{ ...anyShape(dice), channels: dice.between(1, 4) }],
    draw(sketch) {
      const { dice, draft, precision, reference, shapes } = sketch;
      const shape = shapes[0]!;
      const step = precision === "u8" ? dice.step() : undefined;
      const pixels = draft.narrowMap(shape, step);
      draft.run({ op: "image", output: pixels });
      if (step) reference.push(quantized("a", "a_read", step));
      const input = { tensor: pixels, name: step ? "a_read" : "a", step };
      const window = drawWindow(dice, shape, { dilated: true });
      return addLayer(sketch, { input, window, groups: 1, outputs: dice.between(1, 40) });
    },
  },

  depthwise: { draw: (sketch) => depthwise(sketch) },
  narrowDepthwise: { precisions: ["f32"], draw: (sketch) => depthwise(sketch, { narrow: true }) },

  /** Rows of so many numbers that the ring holds a part of the channels. */
  wideDepthwise: {
    shapes: (dice) => [{ channels: dice.between(33, 64), height: dice.between(1, 3), width: dice.between(600, 1000) }],
    draw: (sketch) => depthwise(sketch),
  },

  /** Sums of so many products that few pixels are gathered at a time: up to a whole map flattened. */
  deep: {
    shapes: (dice) => [{ channels: dice.oneOf([1280, 2400]), height: dice.between(3, 7), width: dice.between(3, 7) }],
    draw(sketch) {
      const { dice, shapes } = sketch;
      const { height, width } = shapes[0]!;
      const square: Window = { ...plain, kernel: [3, 3], pads: [1, 1, 1, 1] };
      const window: Window = dice.chance(0.5) ? square : { ...plain, kernel: [height, width] };
      return addLayer(sketch, { input: sketch.operand(0), window, groups: 1, outputs: dice.between(1, 9) });
    },
  },

  /** A fully connected layer. */
  vector: {
    shapes: (dice) => [vectorShape(dice)],
    draw(sketch) {
      const outputs = sketch.dice.between(1, 60);
      return addLayer(sketch, { input: sketch.operand(0), window: plain, groups: 1, outputs });
    },
  },
} satisfies Record<string, Drawing>;

const vectorShape = (dice: Sketch["dice"]): Shape => ({ channels: dice.between(1, 300), height: 1, width: 1 });
