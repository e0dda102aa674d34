/** The int8-weights form: weights in 8 bits with a scale per output channel, everything computed in float. */
import { initializers } from "../../shared/onnx/graph.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { readLayer } from "./layer.ts";
import { hasWeights } from "./operators.ts";
import { quantizeLayer } from "./quantize-layer.ts";
import type { ActivationStatistics } from "./statistics.ts";

export interface WeightQuantization {
  /** The float model, an ONNX file. */
  model: Uint8Array;
  /** For the correction of biases. */
  statistics: ActivationStatistics;
}

/** @returns an ONNX file with the float model's outputs. The same input gives the same bytes. */
export const quantizeWeights = ({ model: bytes, statistics }: WeightQuantization): Uint8Array => {
  const model = readModel(bytes);
  const { graph } = model;
  const constants = initializers(graph);
  graph.node = graph.node.flatMap((original) => {
    if (!hasWeights(original, constants)) return original;
    const layer = quantizeLayer(readLayer(original, constants), statistics, undefined);
    graph.initializer.push(...layer.constants);
    return [...layer.nodes, original];
  });
  const used = new Set(graph.node.flatMap(({ input }) => input));
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  return writeModel(model);
};
