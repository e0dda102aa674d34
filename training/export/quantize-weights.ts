/**
 * The int8-weights form: weights in 8 bits with a scale per output channel, everything computed in float. Layers with a
 * handful of weights per output channel stay in float: they hold a twentieth of EfficientNet-Lite's weights, but make two
 * fifths of the error, since rounding errors average out over many weights only.
 */
import { initializers } from "../../shared/onnx/graph.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { readLayer } from "./layer.ts";
import { hasWeights } from "./operators.ts";
import { quantizeLayer } from "./quantize-layer.ts";
import type { ActivationStatistics } from "./statistics.ts";

/** A depthwise 5 x 5 kernel, or a 3 x 3 one over the three colours. */
const fewWeights = 27;

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
    const layer = readLayer(original, constants);
    if (layer.numbers.length / layer.layout.channels <= fewWeights) return original;
    const quantized = quantizeLayer(layer, statistics, undefined);
    graph.initializer.push(...quantized.constants);
    return [...quantized.nodes, original];
  });
  const used = new Set(graph.node.flatMap(({ input }) => input));
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  return writeModel(model);
};
