/** What the translation of a Keras layer is given. */
import { z } from "zod";
import type { GraphWriter } from "../graph.ts";
import type { Layer } from "../topology.ts";
import type { Value } from "../value.ts";
import type { Weight } from "../weights.ts";

export interface Translation {
  graph: GraphWriter;
  /** Of the layer that it is asked for. @throws Error naming the layer and the weight when there is none */
  weight(layer: Layer, name: string): Weight;
  /** The one layer that reads it, where it is only one and it is not the model's output. */
  onlyReader(layer: Layer): Layer | undefined;
  /** Layers whose work a convolution before them does. */
  folded: Set<string>;
  /** The order of the colours that the network was trained on; photos come as red, green, blue. */
  colours: "RGB" | "BGR";
}

/** @returns what the layer makes of `inputs` */
export type Translate = (layer: Layer, inputs: readonly Value[], translation: Translation) => Value;

/** @throws Error naming the layer and what of its configuration is not supported */
export const configOf = <Schema extends z.ZodType>(layer: Layer, schema: Schema): z.infer<Schema> => {
  const { success, data, error } = schema.safeParse(layer.config);
  if (success) return data;
  throw new Error(`the Keras layer ${describeLayer(layer)} cannot be read: ${z.prettifyError(error)}`, {
    cause: error,
  });
};

/** For messages: `Conv2D "conv2d_1"`. */
export const describeLayer = ({ kind, name }: Layer): string => `${kind} "${name}"`;

export const pair = z.tuple([z.int(), z.int()]);

/** The only layout of weights and maps that is read; Keras' default. */
export const channelsLast = z.literal("channels_last").default("channels_last");

/** The last axis of photos x height x width x channels, as Keras writes it. */
export const channelAxis = z.union([z.literal(3), z.literal(-1), z.tuple([z.union([z.literal(3), z.literal(-1)])])]);
