/** Poolings, over windows and over whole maps. */
import { z } from "zod";
import { hasPads, noPads } from "../value.ts";
import { channelsLast, configOf, describeLayer, pair, type Translate } from "./layer.ts";
import { padding, windowed } from "./window.ts";

const schema = z.object({ pool_size: pair, strides: pair.optional(), padding, data_format: channelsLast });

/** Keras' strides are as long as the window where none are said; in the topologies, where they are [1, 1]. */
const oneStep: [number, number] = [1, 1];

export const translateMaxPooling: Translate = (layer, [value], { graph }) => {
  if (hasPads(value!) && !value!.positive)
    throw new Error(
      `the Keras layer ${describeLayer(layer)} takes the maximum of numbers that may be below zero and of zeros around ` +
        "them; only behind an activation such as relu are they the same without the zeros",
    );
  const { pool_size, strides = oneStep, padding } = configOf(layer, schema);
  const { pads, ...sides } = windowed(value!, { size: pool_size, strides, padding });
  const made = graph.add("MaxPool", [value!.tensor], layer.name, { kernel_shape: pool_size, strides, pads });
  return { ...value!, ...sides, tensor: made, pads: noPads };
};

export const translateAveragePooling: Translate = (layer, [value], { graph }) => {
  const { pool_size, strides = oneStep, padding } = configOf(layer, schema);
  const { pads, ...sides } = windowed(value!, { size: pool_size, strides, padding });
  // What "same" adds does not count in TensorFlow
  const attributes = { kernel_shape: pool_size, strides, pads, count_include_pad: 0 };
  return { ...value!, ...sides, tensor: graph.add("AveragePool", [value!.tensor], layer.name, attributes) };
};

export const translateGlobalAverage: Translate = (layer, [value], { graph }) => {
  configOf(layer, z.object({ data_format: channelsLast }));
  return { ...value!, tensor: graph.add("GlobalAveragePool", [value!.tensor], layer.name), height: 1, width: 1 };
};
