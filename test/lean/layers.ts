/** Convolutions of random weights, in both forms. */
import { packChannels, packConvolution, packDepthwise, requantizationScales } from "../../shared/engine/lean/pack.ts";
import type { Window } from "../../shared/engine/lean/plan.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import type { Dice } from "./dice.ts";
import type { Draft, Shape, Step } from "./drafts.ts";
import { biasOf, operator, type Reference, weightsOf } from "./onnx.ts";
import { attributesOf, drawWindow, slid } from "./windows.ts";

export const addLayer = (
  kind: "conv" | "conv3x3" | "vector" | "depthwise",
  dice: Dice,
  draft: Draft,
  shape: Shape,
  input: { tensor: number; name: string; step: Step | undefined },
  outStep: Step | undefined,
  reference: Reference[],
  output: (part: Reference) => void,
): number => {
  const plain: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const pad = (): number => dice.between(1, 2);
  const square: Window = { ...plain, kernel: [3, 3], pads: [pad(), pad(), pad(), pad()] };
  const window =
    kind === "conv3x3"
      ? square
      : kind === "vector" || (kind === "conv" && dice.chance(0.3))
        ? plain
        : drawWindow(dice, shape, true);
  const divisors = [1, 2, 3, 4, shape.channels].filter((divisor) => shape.channels % divisor === 0);
  const groups = kind === "depthwise" ? shape.channels : kind === "conv" ? dice.oneOf(divisors) : 1;
  const outputs =
    kind === "depthwise"
      ? shape.channels
      : groups * dice.between(kind === "conv3x3" ? 16 : 1, Math.max(1, Math.floor(60 / groups)));
  const inputs = shape.channels / groups;
  const [rows, columns] = window.kernel;
  const count = outputs * inputs * rows * columns;
  const made = slid(shape, window, outputs);
  const result = draft.map(made, outStep);
  const dims = [outputs, inputs, rows, columns];
  const quantizedLayer = outStep && input.step;
  const extreme = kind === "conv3x3" && dice.chance(0.3);
  const weights = quantizedLayer
    ? Int8Array.from({ length: count }, () => (extreme ? dice.oneOf([-128, 127, 127]) : dice.between(-127, 127)))
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
