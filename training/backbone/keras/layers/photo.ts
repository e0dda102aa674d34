/** What happens to the photo before the first layer that is more than a factor and a summand per colour: it joins its preparation. */
import { z } from "zod";
import type { Layer } from "../topology.ts";
import type { Affine, Value } from "../value.ts";
import { channelAxis, configOf, describeLayer, type Translate } from "./layer.ts";

const perColour = z.union([z.number(), z.array(z.number()).length(3)]);

export const translateRescaling: Translate = (layer, [value]) => {
  const { scale, offset } = configOf(layer, z.object({ scale: perColour, offset: perColour.default(0) }));
  const of = (numbers: z.infer<typeof perColour>, colour: number) =>
    typeof numbers === "number" ? numbers : numbers[colour]!;
  return prepared(layer, value!, (colour) => [of(scale, colour), of(offset, colour)]);
};

/** Keras' smallest deviation, lest anything be divided by zero. */
const EPSILON = 1e-7;

export const translateNormalization: Translate = (layer, [value], { weight }) => {
  configOf(layer, z.object({ axis: channelAxis, invert: z.literal(false).default(false) }));
  const [mean, variance] = [weight(layer, "mean").data, weight(layer, "variance").data];
  return prepared(layer, value!, (colour) => {
    const deviation = Math.max(Math.sqrt(variance[colour]!), EPSILON);
    return [1 / deviation, -mean[colour]! / deviation];
  });
};

const prepared = (layer: Layer, value: Value, by: (colour: number) => [scale: number, shift: number]): Value => {
  const { photo } = value;
  if (!photo)
    throw new Error(
      `the Keras layer ${describeLayer(layer)} is no step between photo and network, so it is not supported`,
    );
  const steps = [0, 1, 2].map(by);
  const after: Affine = {
    scale: photo.scale.map((scale, colour) => scale * steps[colour]![0]),
    shift: photo.shift.map((shift, colour) => shift * steps[colour]![0] + steps[colour]![1]),
  };
  return { ...value, photo: after };
};
