/** Where a backbone ends and a head begins: the feature map just before the global average pooling. */
import { initializers, inputName, producers, prune } from "../../shared/onnx/graph.ts";
import { copyModel, type Model, type NodeProto } from "../../shared/onnx/model.ts";
import { describeNode, integers } from "../../shared/onnx/node.ts";
import { readIntegers } from "../../shared/onnx/tensor.ts";

/**
 * The tensor that the last global average pooling pools.
 * @throws Error naming the graph's last nodes when there is none
 */
export const findFeatureCut = ({ graph }: Model): string => {
  const pooling = graph.node.findLast((node) => averagesImage(node, graph));
  if (!pooling) {
    const last = graph.node.slice(-3).map(describeNode).join(", ");
    throw new Error(
      `no global average pooling in the backbone (its last nodes: ${last}); ` +
        "a classifier needs a feature map to pool: name the tensor that holds it as the backbone's featureCut",
    );
  }
  return pooling.input[0]!;
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
 * A copy that ends at the tensor `cut`, with no outputs yet: the caller appends nodes and declares them.
 * @throws Error when there is no such tensor
 */
export const cutAt = (model: Model, cut: string): Model => {
  const body = copyModel(model);
  if (!producers(body.graph).has(cut)) {
    throw new Error(
      `the backbone has no tensor "${cut}" to cut at; it pools "${findFeatureCut(model)}": name that one`,
    );
  }
  const input = inputName(body.graph);
  body.graph.output = [{ ...body.graph.output[0]!, name: cut }];
  prune(body.graph);
  if (!body.graph.input.some(({ name }) => name === input))
    throw new Error(`the tensor "${cut}" does not depend on the input "${input}"; name one that holds the feature map`);
  body.graph.output = [];
  return body;
};
