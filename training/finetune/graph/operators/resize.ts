/**
 * Images made larger or smaller, as products with interpolation matrices: any way of counting coordinates, and a gradient
 * on every backend. Source: ONNX' definition of Resize.
 */
import type { Tensor } from "@tensorflow/tfjs";
import { float, integer, text } from "../../../../shared/onnx/node.ts";
import { image, type OperatorTable, plain, type Setting, unsupported } from "../operator.ts";
import { channelsLast, placeWhenLast } from "../value.ts";

type Weights = (place: number) => readonly (readonly [at: number, weight: number])[];

const coordinates: Record<string, (x: number, scale: number, from: number, to: number) => number> = {
  half_pixel: (x, scale) => (x + 0.5) / scale - 0.5,
  pytorch_half_pixel: (x, scale, _, to) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  align_corners: (x, _, from, to) => (to === 1 ? 0 : (x * (from - 1)) / (to - 1)),
  asymmetric: (x, scale) => x / scale,
};

const nearest: Record<string, (place: number) => number> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys 1981, "Cubic convolution interpolation for digital image processing". */
const cubic =
  (a: number): Weights =>
  (place) => {
    const first = Math.floor(place);
    return [-1, 0, 1, 2].map((step) => {
      const d = Math.abs(place - (first + step));
      const weight = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
      return [first + step, weight] as const;
    });
  };

const linear: Weights = (place) => {
  const first = Math.floor(place);
  return [
    [first, 1 - (place - first)],
    [first + 1, place - first],
  ];
};

const chosen = <Choice>(
  node: Setting["node"],
  name: string,
  otherwise: string,
  choices: Record<string, Choice>,
): Choice => {
  const given = text(node, name) ?? otherwise;
  const choice = choices[given];
  if (choice === undefined) throw unsupported(node, `${name} "${given}"`, `${Object.keys(choices).join(", ")} are`);
  return choice;
};

export const resize: OperatorTable = {
  Resize: {
    inputs: [1, 4],
    attributes: [
      "antialias",
      "coordinate_transformation_mode",
      "cubic_coeff_a",
      "exclude_outside",
      "extrapolation_value",
      "keep_aspect_ratio_policy",
      "mode",
      "nearest_mode",
    ],
    known: [1, 2, 3],
    prepare({ node, opset, tf }) {
      for (const name of ["antialias", "exclude_outside"])
        if (integer(node, name, 0) !== 0) throw unsupported(node, `${name} 1`, "0 is");
      chosen(node, "keep_aspect_ratio_policy", "stretch", { stretch: true });
      const coordinate = chosen(
        node,
        "coordinate_transformation_mode",
        opset < 11 ? "asymmetric" : "half_pixel",
        coordinates,
      );
      const round = chosen(node, "nearest_mode", opset < 11 ? "floor" : "round_prefer_floor", nearest);
      const weights = chosen<Weights>(node, "mode", "nearest", {
        nearest: (place) => [[round(place), 1]],
        linear,
        cubic: cubic(float(node, "cubic_coeff_a") ?? -0.75),
      });
      /** from x to: a column for each place of the result. */
      const interpolation = (from: number, to: number, scale: number): Tensor => {
        const numbers = new Float32Array(from * to);
        for (let x = 0; x < to; x++)
          for (const [at, weight] of weights(coordinate(x, scale, from, to)))
            numbers[Math.min(Math.max(at, 0), from - 1) * to + x]! += weight;
        return tf.tensor2d(numbers, [from, to]);
      };
      return (inputs) => {
        const value = inputs.value(0);
        const places = value.layout === channelsLast ? placeWhenLast : value.tensor.shape.map((_, axis) => axis);
        const scalesAt = opset < 11 ? 1 : 2;
        const sizes = inputs.has(3) ? inputs.numbers(3) : undefined;
        const scales = inputs.has(scalesAt) ? inputs.numbers(scalesAt) : undefined;
        const start = value.layout === channelsLast ? value.tensor : inputs.tensor(0);
        const resized = places.reduce<Tensor>((x, axis, at) => {
          const from = x.shape[axis]!;
          const to = sizes ? sizes[at]! : Math.floor(from * scales![at]!);
          // The first axis counts photos, whatever the size was that the graph wrote down for them
          if (at === 0 || (to === from && (sizes || scales![at] === 1))) return x;
          const matrix = interpolation(from, to, sizes ? to / from : scales![at]!);
          const last = x.rank - 1;
          const order = x.shape.map((_, other) => (other === axis ? last : other === last ? axis : other));
          const turned = x.transpose(order);
          const product = tf.matMul(turned.reshape([-1, from]), matrix);
          return product.reshape([...turned.shape.slice(0, -1), to]).transpose(order);
        }, start);
        return value.layout === channelsLast ? image(resized) : plain(resized);
      };
    },
  },
};
