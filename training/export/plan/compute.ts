/**
 * Operators are added when something needs their result. What follows number by number from one uint8 tensor, through any
 * chain of operators, becomes one table of 256 entries: SiLU's sigmoid and product, for instance.
 */
import { isVector, type TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { addTensor, type Computed, type Draft, findValue, type Pointwise, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { quantizationAt } from "./read-node.ts";
import { tabulate } from "./tabulate.ts";

/** The tensor of the plan that holds `name`, computed now if it was not. */
export const computeNamed = async (draft: Draft, name: string): Promise<Computed> => {
  const value = findValue(draft, name);
  if (value.kind === "computed") return value;
  if (value.quantization) await addTable(draft, name, value);
  else await value.add();
  return findValue(draft, name) as Computed;
};

const addTable = async (draft: Draft, name: string, { root, quantization }: Pointwise): Promise<void> => {
  const { tensor: input, flat } = findValue(draft, root) as Computed;
  const output = addTensor(draft, draft.tensors[input]!, quantization);
  const table = draft.constants.add(await tabulate(draft, root, name));
  draft.operators.push({ op: "table", input, output, table });
  setComputed(draft, name, output, flat);
};

/**
 * The tensor at an input of a node.
 *
 * @param order `map`: a flattened map is refused, unless flattening changed nothing
 * @throws NoPlanError
 */
export const compute = async (
  draft: Draft,
  node: NodeProto,
  position: number,
  order: "map" | "flat" = "map",
): Promise<TensorIndex> => {
  const { tensor, flat } = await computeNamed(draft, node.input[position]!);
  if (flat && order === "map" && !isVector(draft.tensors[tensor]!)) throw uncovered(node, "a flattened map");
  return tensor;
};

/** The same for a uint8 tensor whose scale and zero point are the node's next two inputs. */
export const computeQuantized = async (
  draft: Draft,
  node: NodeProto,
  position: number,
  order: "map" | "flat" = "map",
): Promise<TensorIndex> => {
  const tensor = await compute(draft, node, position, order);
  const wanted = quantizationAt(draft, node, position + 1);
  const { scale, zero } = draft.tensors[tensor]!;
  if (scale !== wanted.scale || zero !== wanted.zero)
    throw uncovered(node, `reads "${node.input[position]}" with another scale than it is written with`);
  return tensor;
};
