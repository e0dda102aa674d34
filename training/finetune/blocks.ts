/**
 * A network's blocks, found in its graph: what lies between two tensors that everything passes through, where ways part and
 * where they meet again in a sum or a concatenation. Straight layers between two such tensors are one block, and so is a last
 * one with all layers up to the feature map.
 */
import { initializers, inputName, prune } from "../../shared/onnx/graph.ts";
import { copyModel, type Model, type NodeProto } from "../../shared/onnx/model.ts";

/**
 * @param end the feature map at which the network ends
 * @returns the tensor that each block begins at, in the graph's order; the first block's is the photo
 */
export const findBlocks = (model: Model, end: string): string[] => {
  const body = copyModel(model);
  const [output] = body.graph.output;
  body.graph.output = [{ ...output!, name: end }];
  prune(body.graph);
  const nodes = body.graph.node;
  const points = bottlenecks(body, end);
  const begins = points.flatMap(({ after }, at) => (after >= 0 && meets(nodes[after]!, body) ? [at - 1, at] : []));
  // a network without any branch is cut before each layer that has weights
  const starts =
    begins.length > 0 ? begins : points.flatMap(({ after }, at) => (hasWeights(nodes[after + 1]) ? [at] : []));
  const places = [...new Set([0, ...starts])].filter((at) => at >= 0).sort((a, b) => a - b);
  return places.flatMap((place, at) => {
    const next = points[places[at + 1] ?? points.length - 1]!.after;
    // an activation between two sums is no block of its own: it belongs to the one before
    const own = nodes.slice(points[place]!.after + 1, next + 1).some(hasWeights);
    return own || at === 0 ? [points[place]!.tensor] : [];
  });
};

interface Point {
  tensor: string;
  /** Place of the node that makes it; -1 of the photo. */
  after: number;
}

/** Tensors that every way from the photo to the end passes, in order: after their node nothing else is still to be read. */
const bottlenecks = ({ graph }: Model, end: string): Point[] => {
  const lastRead = new Map<string, number>([[end, graph.node.length]]);
  for (const [at, { input }] of graph.node.entries())
    for (const name of input) if (name !== end) lastRead.set(name, at);
  const photo = inputName(graph);
  const alive = new Set([photo]);
  const points: Point[] = [{ tensor: photo, after: -1 }];
  for (const [at, { input, output }] of graph.node.entries()) {
    // what constants alone decide is no way from the photo
    if (input.some((name) => alive.has(name)))
      for (const name of output) if ((lastRead.get(name) ?? -1) > at) alive.add(name);
    for (const name of input) if (lastRead.get(name) === at) alive.delete(name);
    const [tensor] = alive;
    if (alive.size === 1 && tensor !== points.at(-1)!.tensor) points.push({ tensor: tensor!, after: at });
  }
  return points;
};

const meets = ({ opType, input }: NodeProto, { graph }: Model): boolean => {
  const constants = initializers(graph);
  return ["Add", "Sum", "Concat"].includes(opType) && input.filter((name) => !constants.has(name)).length > 1;
};

const hasWeights = (node: NodeProto | undefined): boolean =>
  node !== undefined && ["Conv", "Gemm", "MatMul"].includes(node.opType);

/** Operators whose constants are learned; a batch normalisation's are not, and it stays as it is. */
const learning = ["Conv", "Gemm", "MatMul", "LayerNormalization", "Add", "Sub", "Mul", "PRelu"];

/**
 * The initializers that fine-tuning changes: FLOAT ones of more than one number, since a single one is a constant of a formula.
 * Depthwise kernels stay: they are a few hundredths of a network's numbers, and the slowest of its gradients.
 */
export const weightsOf = ({ graph }: Model): string[] => {
  const kernels = new Map(graph.initializer.map(({ name, dims }) => [name, dims]));
  const read = new Set(
    graph.node
      .filter(({ opType }) => learning.includes(opType))
      .flatMap(({ opType, input }) =>
        input.filter((name, place) => !(opType === "Conv" && place === 1 && isDepthwise(kernels.get(name)))),
      ),
  );
  return graph.initializer
    .filter(({ name, dims, dataType }) => read.has(name) && dataType === 1 && dims.some((side) => side > 1n))
    .map(({ name }) => name);
};

/** @param dims of a convolution's kernel: outputs x inputs of a group x height x width */
const isDepthwise = (dims: readonly bigint[] | undefined): boolean =>
  dims !== undefined && dims[0]! > 1n && dims[1] === 1n && dims.slice(2).some((side) => side > 1n);
