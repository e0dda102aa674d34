/**
 * The topology of a Keras functional model, as `model.to_json()` of Keras 2 writes it
 * (https://keras.io/2.15/api/models/model_saving_apis/model_config_serialization).
 */
import { z } from "zod";

export interface Layer {
  kind: string;
  name: string;
  config: Record<string, unknown>;
  /** Names of the layers whose outputs it reads, in order. */
  inputs: string[];
}

export interface Topology {
  /** Each after those that it reads. */
  layers: Layer[];
  /** Name of the layer that makes the model's output. */
  output: string;
}

const reference = z.tuple([z.string(), z.literal(0), z.literal(0)], z.unknown());

const schema = z.object({
  class_name: z.literal("Functional"),
  config: z.object({
    layers: z.array(
      z.object({
        class_name: z.string(),
        name: z.string(),
        config: z.record(z.string(), z.unknown()),
        inbound_nodes: z.array(z.array(reference)).max(1),
      }),
    ),
    input_layers: z.array(reference).length(1),
    output_layers: z.array(reference).length(1),
  }),
});

/**
 * @param document parsed JSON, whole or without what only training needs
 * @throws Error saying where it is no functional model of one input, one output and layers that are used once
 */
export const readTopology = (document: unknown): Topology => {
  const { success, error, data } = schema.safeParse(document);
  if (!success)
    throw new Error(
      `the topology is not as to_json() of Keras 2 writes a functional model: ${z.prettifyError(error)}`,
      { cause: error },
    );
  const layers = data.config.layers.map(({ class_name, name, config, inbound_nodes }) => ({
    kind: class_name,
    name,
    config,
    inputs: (inbound_nodes[0] ?? []).map(([of]) => of),
  }));
  const output = data.config.output_layers[0]![0];
  const made = new Set<string>();
  for (const { name, inputs } of layers) {
    const missing = inputs.find((input) => !made.has(input));
    if (missing !== undefined)
      throw new Error(`the layer "${name}" of the topology reads "${missing}", which is not before it`);
    made.add(name);
  }
  if (!made.has(output)) throw new Error(`the topology's output "${output}" is none of its layers`);
  return { layers, output };
};
