/** Activations: layers of their own, or the last step of another. */
import { z } from "zod";
import type { GraphWriter } from "../graph.ts";
import type { Value } from "../value.ts";
import { configOf, type Translate } from "./layer.ts";

export const activation = z.enum(["linear", "relu", "relu6", "sigmoid", "swish", "silu"]).default("linear");

type Activation = z.infer<typeof activation>;

/** @param name of the tensor that it makes */
export const activated = (graph: GraphWriter, kind: Activation, value: Value, name: string): Value => {
  const { tensor } = value;
  switch (kind) {
    case "linear":
      return value;
    case "relu":
      return { ...value, tensor: graph.add("Relu", [tensor], name), positive: true };
    case "relu6":
      return { ...value, tensor: clipped(graph, tensor, 6, name), positive: true };
    case "sigmoid":
      return { ...value, tensor: graph.add("Sigmoid", [tensor], name), positive: true };
    case "swish":
    case "silu": {
      const gate = graph.add("Sigmoid", [tensor], `${name}_gate`);
      return { ...value, tensor: graph.add("Mul", [tensor, gate], name), positive: false };
    }
  }
};

const clipped = (graph: GraphWriter, tensor: string, highest: number, name: string): string => {
  const bounds = [0, highest].map((bound, end) =>
    graph.constant(`${name}_${end === 0 ? "low" : "high"}`, [], Float32Array.of(bound)),
  );
  return graph.add("Clip", [tensor, ...bounds], name);
};

export const translateActivation: Translate = (layer, [value], { graph }) =>
  activated(graph, configOf(layer, z.object({ activation })).activation, value!, layer.name);

const reluSchema = z.object({
  max_value: z.number().positive().nullish(),
  negative_slope: z.literal(0).default(0),
  threshold: z.literal(0).default(0),
});

export const translateReLU: Translate = (layer, [value], { graph }) => {
  const { max_value } = configOf(layer, reluSchema);
  const { tensor } = value!;
  const made =
    max_value == null ? graph.add("Relu", [tensor], layer.name) : clipped(graph, tensor, max_value, layer.name);
  return { ...value!, tensor: made, positive: true };
};
