/** A graph as the executor reads it: its nodes, its constants by name, what goes in and what comes out. */
import { floatValue, initializers, prune } from "../../../shared/onnx/graph.ts";
import { copyModel, type Model, type NodeProto, type TensorProto } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";
import { tensor } from "../../../shared/onnx/tensor.ts";

export interface GraphInput {
  name: string;
  /** -1 where the graph leaves a side open. */
  shape: readonly number[];
}

export interface ReadGraph {
  /** Each after those whose outputs it reads. */
  nodes: readonly NodeProto[];
  constants: ReadonlyMap<string, TensorProto>;
  inputs: readonly GraphInput[];
  outputs: readonly string[];
  opset: number;
  /** Shapes that the graph writes down are those of one photo; several run through it all the same. */
  forOne: boolean;
}

/** Among a model's metadata: its graph was exported for one photo, though its inputs do not say so. */
export const ONE_PHOTO = "exported_for_one_photo";

export const exportedForOne = ({ graph, metadataProps }: Model): boolean => {
  const constants = initializers(graph);
  const [first] = graph.input.filter(({ name }) => !constants.has(name));
  return sidesOf(first)[0] === 1 || metadataProps.some(({ key }) => key === ONE_PHOTO);
};

/** Of a graph's input; -1 where it is left open. */
const sidesOf = (input: Model["graph"]["input"][number] | undefined): number[] => {
  const type = input?.type?.value;
  const dims = type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
  return dims.map(({ value }) => (value.case === "dimValue" ? Number(value.value) : -1));
};

/**
 * @param outputs names of tensors; the graph's own outputs by default
 * @throws Error for a tensor that nothing makes, or a node that reads one
 */
export const readGraph = (model: Model, outputs?: readonly string[]): ReadGraph => {
  const { graph, opsetImport } = copyModel(model);
  if (outputs) graph.output = outputs.map((name) => floatValue(name));
  prune(graph);
  const constants = initializers(graph);
  const nodes: NodeProto[] = [];
  for (const node of graph.node)
    if (node.opType === "Constant") constants.set(node.output[0]!, constantOf(node));
    else nodes.push(node);

  const inputs = graph.input.map((input) => ({ name: input.name, shape: sidesOf(input) }));
  const made = new Set([...constants.keys(), ...inputs.map(({ name }) => name)]);
  for (const node of nodes) {
    const missing = node.input.find((name) => name !== "" && !made.has(name));
    if (missing !== undefined)
      throw new Error(
        `${describeNode(node)} reads "${missing}", which no node before it makes; export the model again`,
      );
    for (const name of node.output) made.add(name);
  }
  const names = graph.output.map(({ name }) => name);
  const absent = names.find((name) => !made.has(name));
  if (absent !== undefined) throw new Error(`the graph has no tensor "${absent}"; name one that a node makes`);
  const opset = Number(opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 1n);
  return { nodes, constants, inputs, outputs: names, opset, forOne: exportedForOne(model) };
};

const constantOf = (node: NodeProto): TensorProto => {
  const [attribute] = node.attribute;
  const [name] = node.output as [string];
  switch (attribute?.name) {
    case "value":
      return { ...attribute.t!, name };
    case "value_float":
      return tensor(name, [], Float32Array.of(attribute.f));
    case "value_floats":
      return tensor(name, [attribute.floats.length], Float32Array.from(attribute.floats));
    case "value_int":
      return tensor(name, [], BigInt64Array.of(attribute.i));
    case "value_ints":
      return tensor(name, [attribute.ints.length], BigInt64Array.from(attribute.ints));
    default:
      throw new Error(
        `${describeNode(node)}: ${attribute?.name ?? "no value"} is not supported; value, value_float, value_floats, value_int, value_ints are`,
      );
  }
};
