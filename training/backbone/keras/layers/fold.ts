/**
 * Layers that only multiply each channel and add to it, right behind a convolution that nobody else reads: it does their work
 * with other weights. Batch normalisation in use is such a layer (Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 2).
 */
import { z } from "zod";
import type { Layer } from "../topology.ts";
import { channelAxis, configOf, describeLayer, type Translate, type Translation } from "./layer.ts";

/** Each channel's number times `scale` plus `shift`. */
export interface Channels {
  scale: Float64Array;
  shift: Float64Array;
}

/**
 * @param own what the convolution does itself
 * @returns that and all that follows, and the last layer of it, whose output the convolution makes
 */
export const foldInto = (layer: Layer, own: Channels, translation: Translation): Channels & { last: Layer } => {
  const reader = translation.onlyReader(layer);
  const after = reader && foldable[reader.kind]?.(reader, layer, own.scale.length, translation);
  if (!reader || !after) return { ...own, last: layer };
  translation.folded.add(reader.name);
  const both = {
    scale: own.scale.map((scale, channel) => scale * after.scale[channel]!),
    shift: own.shift.map((shift, channel) => shift * after.scale[channel]! + after.shift[channel]!),
  };
  // A residual's scale ends the convolution: what the layer does besides, it does itself
  return reader.kind === "BatchNormalization" ? foldInto(reader, both, translation) : { ...both, last: layer };
};

type Fold = (reader: Layer, of: Layer, channels: number, translation: Translation) => Channels | undefined;

const foldable: Record<string, Fold> = {
  BatchNormalization: (reader, _, channels, translation) => normalising(reader, channels, translation),
  CustomScaleLayer: (reader, { name }, channels) =>
    reader.inputs[1] === name && reader.inputs[0] !== name
      ? { scale: new Float64Array(channels).fill(residualScale(reader)), shift: new Float64Array(channels) }
      : undefined,
};

const normalisationSchema = z.object({
  axis: channelAxis,
  epsilon: z.number().default(1e-3),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
});

const normalising = (layer: Layer, channels: number, { weight }: Translation): Channels => {
  const { epsilon, center, scale } = configOf(layer, normalisationSchema);
  const numbers = (name: string): Float32Array => {
    const { data } = weight(layer, name);
    if (data.length === channels) return data;
    throw new Error(`${name} of ${describeLayer(layer)} has ${data.length} numbers for ${channels} channels`);
  };
  const [mean, variance] = [numbers("moving_mean"), numbers("moving_variance")];
  const [gamma, beta] = [scale ? numbers("gamma") : undefined, center ? numbers("beta") : undefined];
  const factors = Float64Array.from(variance, (of, channel) => (gamma?.[channel] ?? 1) / Math.sqrt(of + epsilon));
  return { scale: factors, shift: factors.map((factor, channel) => (beta?.[channel] ?? 0) - mean[channel]! * factor) };
};

/** Alone it would be a layer that no integer form can run fast; networks have it behind convolutions only. */
export const translateNormalisation: Translate = (layer, [value], translation) => {
  if (translation.folded.has(layer.name)) return value!;
  throw new Error(
    `the Keras layer ${describeLayer(layer)} does not follow a convolution that it alone reads, so it cannot be folded into one`,
  );
};

const residualScale = (layer: Layer): number => configOf(layer, z.object({ scale: z.number() })).scale;

/** Inception-ResNet's own: its first input plus its second one scaled (Szegedy et al. 2016, arXiv:1602.07261, section 3.3). */
export const translateResidual: Translate = (layer, [value, branch], { graph, folded }) => {
  let { tensor } = branch!;
  if (!folded.has(layer.name)) {
    const scale = graph.constant(`${layer.name}_scale`, [], Float32Array.of(residualScale(layer)));
    tensor = graph.add("Mul", [tensor, scale], `${layer.name}_scaled`);
  }
  return { ...value!, tensor: graph.add("Add", [value!.tensor, tensor], layer.name), positive: false };
};
