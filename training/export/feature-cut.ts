/**
 * Where a backbone ends and a head begins: feature maps on its last grid, the one before the global average pooling among them;
 * or, of a network that pools none, such as a vision transformer, the vector that its classifier reads.
 */
import { initializers, inputName, producers, prune } from "../../shared/onnx/graph.ts";
import { copyModel, type Model, type NodeProto } from "../../shared/onnx/model.ts";
import { describeNode, integers } from "../../shared/onnx/node.ts";
import { readIntegers } from "../../shared/onnx/tensor.ts";
import { hasWeights } from "./operators.ts";

/** A feature map that a head reads. Averaged over the image it gives `channels` numbers of a photo's feature vector. */
export interface Cut {
  /** 1 x channels x height x width; height and width are the same for all of a backbone's cuts. */
  tensor: string;
  channels: number;
  /** The tensor is a vector, 1 x channels, and no map: nothing of it lies anywhere in the photo. */
  vector?: true;
}

/**
 * The tensor that the last global average pooling pools; without one, the one that the classifier reads, the last node that
 * has weights.
 * @throws Error naming the graph's last nodes when there is neither
 */
export const findFeatureCut = ({ graph }: Model): string => {
  const constants = initializers(graph);
  const reading =
    graph.node.findLast((node) => averagesImage(node, graph)) ??
    graph.node.findLast((node) => node.opType !== "Conv" && hasWeights(node, constants));
  if (reading) return reading.input[0]!;
  const last = graph.node.slice(-3).map(describeNode).join(", ");
  throw new Error(
    `neither a global average pooling nor a fully connected layer in the backbone (its last nodes: ${last}); ` +
      "a head needs a feature map or a vector: name the tensor that holds it with --feature-cut",
  );
};

const averagesImage = (node: NodeProto, graph: Model["graph"]): boolean => {
  if (node.opType === "GlobalAveragePool") return true;
  if (node.opType !== "ReduceMean") return false;
  const constant = initializers(graph).get(node.input[1] ?? "");
  const axes = integers(node, "axes") ?? (constant ? readIntegers(constant) : []);
  // Height and width of N x C x H x W, counted from either end.
  return axes.length === 2 && axes.every((axis) => [2, 3, -1, -2].includes(axis));
};

/**
 * A copy that ends at the cuts, with no outputs yet: the caller appends nodes and declares them.
 * @throws Error when there is no such tensor
 */
export const cutAt = (model: Model, cuts: readonly Cut[]): Model => {
  const body = copyModel(model);
  const made = producers(body.graph);
  for (const { tensor } of cuts)
    if (!made.has(tensor)) {
      throw new Error(
        `the backbone has no tensor "${tensor}" to cut at; it pools "${findFeatureCut(model)}": name that one`,
      );
    }
  const input = inputName(body.graph);
  body.graph.output = cuts.map(({ tensor }) => ({ ...body.graph.output[0]!, name: tensor }));
  prune(body.graph);
  if (!body.graph.input.some(({ name }) => name === input)) {
    const named = cuts.map(({ tensor }) => `"${tensor}"`).join(", ");
    throw new Error(`the tensor ${named} does not depend on the input "${input}"; name one that holds the feature map`);
  }
  body.graph.output = [];
  return body;
};
