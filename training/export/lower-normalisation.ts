/**
 * Batch normalisations that no convolution before them takes in, as in a DenseNet, where one normalises maps side by side:
 * a weight and a bias for each channel, which is a depthwise convolution of 1 x 1, and that has every form.
 */
import { initializers, producers } from "../../shared/onnx/graph.ts";
import type { GraphProto, NodeProto } from "../../shared/onnx/model.ts";
import { float, integer, node } from "../../shared/onnx/node.ts";
import { readFloats, tensor } from "../../shared/onnx/tensor.ts";
import { numberByNumber } from "./operators.ts";

/** What gives a map for a map. */
const mapping = new Set(["Add", "AveragePool", "Concat", "GlobalAveragePool", "MaxPool", "Mul", "Pad", "Sub"]);

/** Changes the graph; normalisations of vectors, and those whose numbers are no constants, stay. */
export const lowerNormalisation = (graph: GraphProto): void => {
  const constants = initializers(graph);
  const maker = producers(graph);
  graph.node = graph.node.map((each) => {
    if (each.opType !== "BatchNormalization" || integer(each, "training_mode", 0) !== 0) return each;
    const stored = each.input.slice(1).map((name) => constants.get(name));
    if (!stored.every((constant) => constant !== undefined) || !isMap(each.input[0]!, maker)) return each;
    const [weight, bias, mean, variance] = stored.map(readFloats) as [Float32Array, ...Float32Array[]];
    const epsilon = float(each, "epsilon") ?? 1e-5;
    const scale = weight.map((number, channel) => number / Math.sqrt(variance![channel]! + epsilon));
    const [input, output] = [each.input[0]!, each.output[0]!];
    const [weights, biases] = [`${output}_normalising_weights`, `${output}_normalising_bias`];
    graph.initializer.push(
      tensor(weights, [scale.length, 1, 1, 1], scale),
      tensor(
        biases,
        [scale.length],
        scale.map((number, channel) => bias![channel]! - mean![channel]! * number),
      ),
    );
    return node("Conv", [input, weights, biases], [output], { kernel_shape: [1, 1], group: scale.length });
  });
};

/** Whether a tensor is photos x channels x height x width, by what makes it. */
const isMap = (name: string, maker: ReadonlyMap<string, NodeProto>): boolean => {
  const made = maker.get(name);
  if (made === undefined || made.opType === "Conv") return true;
  const passes =
    mapping.has(made.opType) || made.opType === "BatchNormalization" || numberByNumber.includes(made.opType);
  return passes && isMap(made.input[0]!, maker);
};
