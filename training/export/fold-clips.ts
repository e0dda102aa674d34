/**
 * Relu and Relu6 that cost nothing: where their input comes from a convolution or a sum, uint8 saturation at the same
 * bounds does the clipping, so the node goes and its producer makes the clipped tensor.
 */
import { consumers, initializers, producers } from "../../shared/onnx/graph.ts";
import type { GraphProto, NodeProto } from "../../shared/onnx/model.ts";
import { float } from "../../shared/onnx/node.ts";
import { readFloats } from "../../shared/onnx/tensor.ts";

export type Range = readonly [low: number, high: number];

const clippable = ["Conv", "Gemm", "Add"];

/**
 * Changes the graph.
 *
 * @param floats tensors that stay in float, where nothing saturates: their clips stay
 * @returns the bounds that each clipped tensor's quantization must keep
 */
export const foldClips = (graph: GraphProto, floats: ReadonlySet<string>): Map<string, Range> => {
  const maker = producers(graph);
  const users = consumers(graph);
  const bounds = new Map<string, Range>();
  const folded = new Set<NodeProto>();
  for (const clip of graph.node) {
    const [input, output] = [clip.input[0]!, clip.output[0]!];
    const producer = maker.get(input);
    const range = boundsOf(clip, graph);
    const foldable = producer && clippable.includes(producer.opType) && users.get(input)?.length === 1;
    // Saturation can only cut at zero: real zero is always one of the 256 steps, other lower bounds may not be.
    if (range?.[0] !== 0 || !foldable || floats.has(output)) continue;
    producer.output[0] = output;
    bounds.set(output, range);
    folded.add(clip);
  }
  graph.node = graph.node.filter((node) => !folded.has(node));
  return bounds;
};

const boundsOf = (node: NodeProto, graph: GraphProto): Range | undefined => {
  if (node.opType === "Relu") return [0, Number.POSITIVE_INFINITY];
  if (node.opType !== "Clip") return undefined;
  const constants = initializers(graph);
  const bound = (position: number, name: string, otherwise: number): number => {
    const constant = constants.get(node.input[position] ?? "");
    return (constant ? readFloats(constant)[0] : float(node, name)) ?? otherwise;
  };
  return [bound(1, "min", Number.NEGATIVE_INFINITY), bound(2, "max", Number.POSITIVE_INFINITY)];
};
