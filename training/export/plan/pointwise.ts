/** Operators that work number by number: which of their results follow from one uint8 tensor alone. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { numberByNumber } from "../operators.ts";
import type { Draft, Quantization } from "./draft.ts";
import { quantizationAt } from "./read-node.ts";

/** Those of ONNX and those that ONNX Runtime makes of them. */
const ofOne = [
  ...numberByNumber,
  ...["QuantizeLinear", "DequantizeLinear", "QLinearSigmoid", "QLinearLeakyRelu", "FastGelu", "QuickGelu"],
];

const ofTwo = ["Add", "Sub", "Mul", "Div", "Pow", "PRelu"];

/** Where the tensors are among a node's inputs, the others being scales, zero points and bounds. */
const sources: Record<string, readonly number[]> = {
  ...Object.fromEntries(ofOne.map((op) => [op, [0]])),
  ...Object.fromEntries(ofTwo.map((op) => [op, [0, 1]])),
  QLinearAdd: [0, 3],
  QLinearMul: [0, 3],
};

/** Whether the operator may be part of a table. */
export const isPointwise = (opType: string): boolean => opType in sources;

/** Where the output's scale and zero point are, of those that make uint8 tensors. */
const outputs: Record<string, number> = {
  QuantizeLinear: 1,
  QLinearAdd: 6,
  QLinearMul: 6,
  QLinearSigmoid: 3,
  QLinearLeakyRelu: 3,
};

/**
 * Notes that the node's result follows from one uint8 tensor, without computing it.
 *
 * @param add adds the node as an operator of its own
 * @returns false where it does not: its sources are two, or float, or constants of more than one number
 */
export const deferPointwise = (draft: Draft, node: NodeProto, add: () => Promise<void>): boolean => {
  const roots = new Set<string | undefined>();
  for (const position of sources[node.opType] ?? []) {
    const name = node.input[position]!;
    const constant = draft.stored.get(name);
    if (!constant) roots.add(rootOf(draft, name));
    else if (constant.dims.some((dim) => dim !== 1n)) return false;
  }
  const [root] = roots;
  if (roots.size !== 1 || root === undefined) return false;
  draft.values.set(node.output[0]!, { kind: "pointwise", root, quantization: outputQuantization(draft, node), add });
  return true;
};

const rootOf = (draft: Draft, name: string): string | undefined => {
  const value = draft.values.get(name);
  if (value?.kind === "pointwise") return value.root;
  return value && draft.tensors[value.tensor]!.type === "u8" ? name : undefined;
};

const outputQuantization = (draft: Draft, node: NodeProto): Quantization | undefined => {
  const position = outputs[node.opType];
  return position === undefined ? undefined : quantizationAt(draft, node, position);
};
