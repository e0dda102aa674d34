/** Operators with one float input, and those that only rename or flatten. */
import { isVector, type TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { float, integer, integers } from "../../../shared/onnx/node.ts";
import { readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import { computeNamed } from "./compute.ts";
import { addTensor, type Draft, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";

const floatInput = async (draft: Draft, node: NodeProto): Promise<{ tensor: TensorIndex; flat: boolean }> => {
  const found = await computeNamed(draft, node.input[0]!);
  if (draft.tensors[found.tensor]!.type !== "f32") throw uncovered(node, "on uint8");
  return found;
};

const boundsOf = (draft: Draft, node: NodeProto): { low: number; high: number } => {
  if (node.opType === "Relu") return { low: 0, high: Number.POSITIVE_INFINITY };
  const bound = (position: number, name: string, otherwise: number): number => {
    const constant = draft.stored.get(node.input[position] ?? "");
    if (node.input[position] && !constant) throw uncovered(node, "a bound that is computed");
    return (constant ? readFloats(constant)[0] : float(node, name)) ?? otherwise;
  };
  return { low: bound(1, "min", Number.NEGATIVE_INFINITY), high: bound(2, "max", Number.POSITIVE_INFINITY) };
};

/** Relu and Clip cost nothing where their input is a layer's that nothing else reads. */
export const addClip = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor: input, flat } = await floatInput(draft, node);
  const bounds = boundsOf(draft, node);
  const layer = draft.operators.findLast((operator) => operator.output === input);
  const alone = draft.users.get(node.input[0]!)?.length === 1;
  const isOutput = draft.graph.output.some(({ name }) => name === node.input[0]);
  if (alone && !isOutput && (layer?.op === "conv" || layer?.op === "depthwise") && unbounded(layer)) {
    Object.assign(layer, bounds);
    setComputed(draft, node.output[0]!, input, flat);
    return;
  }
  const output = addTensor(draft, draft.tensors[input]!);
  draft.operators.push({ op: "clip", input, output, ...bounds });
  setComputed(draft, node.output[0]!, output, flat);
};

const unbounded = ({ low, high }: { low: number; high: number }): boolean =>
  low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY;

const maps = { Sigmoid: "sigmoid", Tanh: "tanh", HardSwish: "hardSwish", Softmax: "softmax" } as const;

interface FloatMap {
  /** ONNX' name. */
  opType: string;
  alpha: number | undefined;
  beta: number | undefined;
}

/** Adds an operator that works number by number, or over the channels. @returns its output */
export const addMap = (draft: Draft, node: NodeProto, input: TensorIndex, map: FloatMap): TensorIndex => {
  const { opType, alpha, beta } = map;
  const output = addTensor(draft, draft.tensors[input]!);
  if (opType === "LeakyRelu") draft.operators.push({ op: "leakyRelu", input, output, alpha: alpha ?? 0.01 });
  else if (opType === "HardSigmoid")
    draft.operators.push({ op: "hardSigmoid", input, output, alpha: alpha ?? 0.2, beta: beta ?? 0.5 });
  else {
    const op = maps[opType as keyof typeof maps];
    if (!op) throw uncovered(node, opType);
    draft.operators.push({ op, input, output });
  }
  return output;
};

export const addFloatMap = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor: input, flat } = await floatInput(draft, node);
  const { opType } = node;
  if (opType === "Softmax" && (integer(node, "axis", -1) + 4) % (flat ? 2 : 4) !== 1)
    throw uncovered(node, "along another axis than the channels");
  const output = addMap(draft, node, input, { opType, alpha: float(node, "alpha"), beta: float(node, "beta") });
  setComputed(draft, node.output[0]!, output, flat);
};

/** x times the sigmoid of alpha x, as ONNX Runtime fuses SiLU. */
export const addQuickGelu = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor: left, flat } = await floatInput(draft, node);
  if ((float(node, "alpha") ?? 1.702) !== 1) throw uncovered(node, "alpha other than 1");
  const [right, output] = [addTensor(draft, draft.tensors[left]!), addTensor(draft, draft.tensors[left]!)];
  draft.operators.push({ op: "sigmoid", input: left, output: right }, { op: "mul", left, right, output });
  setComputed(draft, node.output[0]!, output, flat);
};

export const addLogSumExp = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor: input, flat } = await floatInput(draft, node);
  const axes = integers(node, "axes") ?? [1];
  if (
    !flat ||
    !isVector(draft.tensors[input]!) ||
    node.input[1] ||
    axes.join() !== "1" ||
    integer(node, "keepdims", 1) !== 1
  )
    throw uncovered(node, "over anything but the channels of a vector");
  const output = addTensor(draft, { channels: 1, height: 1, width: 1 });
  draft.operators.push({ op: "logSumExp", input, output });
  setComputed(draft, node.output[0]!, output, true);
};

/** The same numbers under another name, perhaps as one row. */
export const addRearranging = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor, flat } = await computeNamed(draft, node.input[0]!);
  setComputed(draft, node.output[0]!, tensor, flattens(draft, node, tensor, flat));
};

const flattens = (draft: Draft, node: NodeProto, tensor: TensorIndex, flat: boolean): boolean => {
  const { opType } = node;
  if (opType === "Identity") return flat;
  if (opType === "Flatten" && integer(node, "axis", 1) === 1) return true;
  const shape = draft.stored.get(node.input[1] ?? "");
  if (opType === "Reshape" && shape && readIntegers(shape).length === 2) return true;
  if (!isVector(draft.tensors[tensor]!)) throw uncovered(node, "on a map");
  if (opType === "Reshape") return false;
  return opType === "Squeeze";
};
