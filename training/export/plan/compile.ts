/**
 * Compiles a model for the lean engine. It reads the graph as ONNX Runtime's optimizer left it (`optimise-ahead.ts`): which
 * operators run as one, and where they round, is then what ONNX Runtime decided, so that both give the same integers.
 */
import { checkPlan } from "../../../shared/engine/lean/check.ts";
import { encodePlan } from "../../../shared/engine/lean/encode.ts";
import { isVector, type Plan, type Shape } from "../../../shared/engine/lean/plan.ts";
import { PlanRefusedError } from "../../../shared/engine/lean/refusal.ts";
import { inputName, prune } from "../../../shared/onnx/graph.ts";
import { type NodeProto, readModel } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";
import { layOut } from "./arena.ts";
import { addFloatBinary, addQLinearBinary } from "./binary.ts";
import { computeNamed } from "./compute.ts";
import { addFloatConcat, addQLinearConcat } from "./concat.ts";
import { addDequantize, addImage, addQuantize } from "./conversions.ts";
import { createDraft, type Draft } from "./draft.ts";
import { addConv, addFusedConv, addGemm } from "./float-layers.ts";
import { addClip, addFloatMap, addLogSumExp, addQuickGelu, addRearranging } from "./float-operators.ts";
import { addQGemm, addQLinearConv } from "./integer-layers.ts";
import { uncovered, uncoveredGraph, unloadable } from "./no-plan.ts";
import { deferPointwise, isPointwise } from "./pointwise.ts";
import {
  addAveragePool,
  addGlobalAveragePool,
  addMaxPool,
  addQLinearAveragePool,
  addQLinearGlobalAveragePool,
  addReduceMean,
} from "./pooling.ts";
import { isStoredDequantized, quantizationAt } from "./read-node.ts";
import { besideSiblings } from "./siblings.ts";

type Add = (draft: Draft, node: NodeProto) => Promise<void>;

/** What the lean engine runs, by ONNX operator. */
const covered: Record<string, Add> = {
  QuantizeLinear: addQuantize,
  DequantizeLinear: addDequantize,
  QLinearConv: addQLinearConv,
  QGemm: addQGemm,
  QLinearAdd: addQLinearBinary,
  QLinearMul: addQLinearBinary,
  QLinearConcat: addQLinearConcat,
  QLinearAveragePool: addQLinearAveragePool,
  QLinearGlobalAveragePool: addQLinearGlobalAveragePool,
  Conv: addConv,
  FusedConv: addFusedConv,
  Gemm: addGemm,
  MatMul: addGemm,
  ...Object.fromEntries(["Add", "Sub", "Mul", "Div", "PRelu"].map((op) => [op, addFloatBinary])),
  ...Object.fromEntries(
    ["Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "LeakyRelu", "Softmax"].map((op) => [op, addFloatMap]),
  ),
  QuickGelu: addQuickGelu,
  Clip: addClip,
  Relu: addClip,
  Concat: addFloatConcat,
  MaxPool: addMaxPool,
  AveragePool: addAveragePool,
  GlobalAveragePool: addGlobalAveragePool,
  ReduceMean: addReduceMean,
  ReduceLogSumExp: addLogSumExp,
  ...Object.fromEntries(["Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"].map((op) => [op, addRearranging])),
};

/**
 * @param bytes a form of a model, optimised ahead; its float outputs are `logits` and perhaps `heatmap`
 * @returns the bytes of a `model.plan`: the same for the same form
 * @throws NoPlanError naming the operator that the lean engine does not run, or saying what of the plan it would not load
 */
export const compilePlan = async (bytes: Uint8Array): Promise<Uint8Array> => encodePlan(await buildPlan(bytes));

/** The plan that `compilePlan` encodes. */
export const buildPlan = async (bytes: Uint8Array): Promise<Plan> => {
  const model = readModel(bytes);
  model.graph.output = model.graph.output.filter(({ name }) => name === "logits" || name === "heatmap");
  prune(model.graph);
  const draft = createDraft(model);
  checkCovered(draft.graph.node);
  const photo = photoOf(draft);
  readPhoto(draft, photo);
  for (const node of draft.graph.node) {
    const add = covered[node.opType];
    if (draft.values.has(node.output[0]!) || isStoredDequantized(draft, node)) continue;
    if (deferPointwise(draft, node, () => known(add, node)(draft, node))) continue;
    await known(add, node)(draft, node);
  }
  const logits = await outputOf(draft, "logits");
  if (!isVector(draft.tensors[logits]!)) throw uncoveredGraph("logits that are a map");
  const heatmap = draft.graph.output.some(({ name }) => name === "heatmap")
    ? await outputOf(draft, "heatmap")
    : undefined;
  const outputs = { logits, ...(heatmap !== undefined && { heatmap }) };
  const operators = besideSiblings(draft.operators);
  const { tensors, input, arena } = layOut(draft.tensors, operators, Object.values(outputs), photo);
  return loadable({
    input: { ...photo, offset: input },
    tensors,
    operators,
    constants: draft.constants.bytes(),
    arena,
    outputs,
  });
};

/** What loading would refuse must not be published. */
const loadable = (plan: Plan): Plan => {
  try {
    checkPlan(plan);
    return plan;
  } catch (error) {
    throw error instanceof PlanRefusedError ? unloadable(error) : error;
  }
};

/** Names every operator that is covered nowhere, by its first node. */
const checkCovered = (nodes: readonly NodeProto[]): void => {
  const strange = nodes.filter(({ opType }) => !covered[opType] && !isPointwise(opType));
  const firsts = [...new Map(strange.toReversed().map((node) => [node.opType, node])).values()].reverse();
  if (firsts.length > 0) throw uncoveredGraph(firsts.map(describeNode).join(", "));
};

const known = (add: Add | undefined, node: NodeProto): Add => {
  if (!add) throw uncovered(node);
  return add;
};

/** The shape of the graph's input. */
const photoOf = ({ graph }: Draft): Shape => {
  const name = inputName(graph);
  const type = graph.input.find((input) => input.name === name)?.type?.value;
  const dims = type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
  const [batch, channels, height, width] = dims.map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : 0,
  );
  if (batch !== 1 || !channels || !height || !width)
    throw uncoveredGraph(`the input "${name}", whose shape is not fixed to one photo`);
  return { channels, height, width };
};

/** As uint8 where a QuantizeLinear reads it, as float where anything else does. */
const readPhoto = (draft: Draft, photo: Shape): void => {
  const image = inputName(draft.graph);
  const readers = draft.users.get(image) ?? [];
  for (const node of readers.filter(({ opType }) => opType === "QuantizeLinear"))
    addImage(draft, node.output[0]!, photo, quantizationAt(draft, node, 1));
  if (readers.some(({ opType }) => opType !== "QuantizeLinear")) addImage(draft, image, photo);
};

const outputOf = async (draft: Draft, name: string): Promise<number> => {
  const { tensor } = await computeNamed(draft, name);
  if (draft.tensors[tensor]!.type !== "f32") throw uncoveredGraph(`the output "${name}" as uint8`);
  return tensor;
};
