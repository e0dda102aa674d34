/** Convolutions, with whatever of the next layers is only a factor and a summand per channel folded into their weights. */
import { z } from "zod";
import type { Layer } from "../topology.ts";
import { noPads, type Value } from "../value.ts";
import { activated, activation } from "./activation.ts";
import { type Channels, foldInto } from "./fold.ts";
import { channelsLast, configOf, describeLayer, pair, type Translate, type Translation } from "./layer.ts";
import { padding, windowed } from "./window.ts";

const schema = z.object({
  kernel_size: pair,
  strides: pair.default([1, 1]),
  padding,
  data_format: channelsLast,
  dilation_rate: pair.default([1, 1]),
  groups: z.int().default(1),
  activation,
  use_bias: z.boolean().default(true),
});

type Configuration = z.infer<typeof schema>;

export const translateConvolution: Translate = (layer, [value], translation) => {
  const configuration = configOf(layer, schema);
  const { dims, data } = translation.weight(layer, "kernel");
  const { kernel_size, groups } = configuration;
  const [height = 0, width = 0, inputs = 0, outputs = 0] = dims;
  expectDims(layer, dims, [...kernel_size, value!.channels / groups, outputs]);
  return convolve(layer, value!, translation, {
    ...{ configuration, groups, outputs, inputs, area: height * width },
    // Keras: height, width, inputs, outputs
    at: (output, input, place) => data[(place * inputs + input) * outputs + output]!,
  });
};

const depthwiseSchema = schema.extend({ depth_multiplier: z.int().default(1), groups: z.literal(1).default(1) });

export const translateDepthwise: Translate = (layer, [value], translation) => {
  const configuration = configOf(layer, depthwiseSchema);
  const { dims, data } = translation.weight(layer, "depthwise_kernel");
  const { kernel_size, depth_multiplier } = configuration;
  const { channels } = value!;
  expectDims(layer, dims, [...kernel_size, channels, depth_multiplier]);
  const outputs = channels * depth_multiplier;
  return convolve(layer, value!, translation, {
    ...{ configuration, groups: channels, outputs, inputs: 1, area: kernel_size[0] * kernel_size[1] },
    // Keras: height, width, channels, multiplier; an output channel is its input's times the multiplier, plus which of them
    at: (output, _, place) => data[place * outputs + output]!,
  });
};

interface Kernel {
  configuration: Configuration;
  groups: number;
  outputs: number;
  /** Of each group. */
  inputs: number;
  /** Numbers of a window. */
  area: number;
  at(output: number, input: number, place: number): number;
}

const convolve = (layer: Layer, value: Value, translation: Translation, kernel: Kernel): Value => {
  const { graph, colours } = translation;
  const { configuration, groups, outputs, inputs, area, at } = kernel;
  const { kernel_size, strides, dilation_rate: dilations, padding, use_bias } = configuration;
  const bias = use_bias ? translation.weight(layer, "bias").data : undefined;
  const own: Channels = {
    scale: new Float64Array(outputs).fill(1),
    shift: Float64Array.from(bias ?? { length: outputs }, (of) => of ?? 0),
  };
  const { scale, shift, last } =
    configuration.activation === "linear" ? foldInto(layer, own, translation) : { ...own, last: layer };

  // The photo's blue is its last channel, the network's first
  const turned = colours === "BGR" && value.photo !== undefined;
  const weights = new Float32Array(outputs * inputs * area);
  let next = 0;
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let place = 0; place < area; place++)
        weights[next++] = at(output, turned ? inputs - 1 - input : input, place) * scale[output]!;

  const { pads, ...sides } = windowed(value, { size: kernel_size, strides, dilations, padding });
  const constants = [
    graph.constant(`${layer.name}_weights`, [outputs, inputs, ...kernel_size], weights),
    graph.constant(`${layer.name}_bias`, [outputs], Float32Array.from(shift)),
  ];
  const attributes = { kernel_shape: kernel_size, strides, dilations, pads, group: groups };
  const linear = configuration.activation === "linear";
  const name = linear ? last.name : `${layer.name}_sum`;
  const made: Value = {
    ...{ tensor: graph.add("Conv", [value.tensor, ...constants], name, attributes), channels: outputs, ...sides },
    ...{ pads: noPads, positive: false },
  };
  return activated(graph, configuration.activation, made, layer.name);
};

const expectDims = (layer: Layer, found: readonly number[], expected: readonly number[]): void => {
  if (found.length === expected.length && found.every((dim, axis) => dim === expected[axis])) return;
  throw new Error(
    `the weights of ${describeLayer(layer)} are [${found}], not [${expected}]; they are another network's: give those of this one`,
  );
};
