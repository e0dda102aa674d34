/** Who makes and who uses each tensor of a graph, and graphs cut back to what an output needs. */
import { create } from "@bufbuild/protobuf";
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./gen/onnx_pb.js";

/** The node that makes each tensor. */
export const producers = (graph: GraphProto): Map<string, NodeProto> =>
  new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));

/** The nodes that use each tensor. */
export const consumers = (graph: GraphProto): Map<string, NodeProto[]> => {
  const users = new Map<string, NodeProto[]>();
  for (const node of graph.node)
    for (const name of new Set(node.input)) users.set(name, [...(users.get(name) ?? []), node]);
  return users;
};

/** Constants by name. */
export const initializers = (graph: GraphProto): Map<string, TensorProto> =>
  new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));

/** The name of the one input that is no constant. */
export const inputName = (graph: GraphProto): string => {
  const constants = initializers(graph);
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1)
    throw new Error(
      `the graph has ${inputs.length} inputs (${inputs.map(({ name }) => name)}); it needs just one, a photo`,
    );
  return inputs[0]!.name;
};

/** Drops the nodes and constants that no output needs; the order of those kept stays. */
export const prune = (graph: GraphProto): void => {
  const maker = producers(graph);
  const needed = new Set<NodeProto>();
  const open = graph.output.map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = maker.get(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    open.push(...node.input);
  }
  graph.node = graph.node.filter((node) => needed.has(node));
  const used = new Set([...graph.node.flatMap((node) => node.input), ...graph.output.map(({ name }) => name)]);
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  const inputs = new Set(initializers(graph).keys());
  graph.input = graph.input.filter(({ name }) => used.has(name) && !inputs.has(name));
};

/**
 * Declares a float tensor as a graph's input or output. A dimension may be a name where its size is not known; without
 * `shape` the runtime infers it.
 */
export const floatValue = (name: string, shape?: readonly (number | string)[]): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: { elemType: DataType.FLOAT, ...(shape && { shape: { dim: shape.map(dimension) } }) },
      },
    },
  });

const dimension = (size: number | string) => ({
  value:
    typeof size === "number"
      ? { case: "dimValue" as const, value: BigInt(size) }
      : { case: "dimParam" as const, value: size },
});
