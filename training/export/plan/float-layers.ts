/** Convolutions and fully connected layers in float32; their weights may be stored in int8. */
import { isVector } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { floats, integer, text } from "../../../shared/onnx/node.ts";
import { addLayer, type Numbers } from "./add-layer.ts";
import { compute } from "./compute.ts";
import { type Computed, type Draft, findValue, setComputed } from "./draft.ts";
import { addMap } from "./float-operators.ts";
import { checkGemm, isTransposed, outputsFirst, windowOver } from "./fully-connected.ts";
import { uncovered } from "./no-plan.ts";
import { floatsAt, type Weights, weightsOf } from "./read-node.ts";
import { windowOf } from "./window.ts";

const numbersOf = (draft: Draft, node: NodeProto, weights: Weights, outputs: number): Numbers => {
  const bias = node.input[2] ? floatsAt(draft, node, 2) : new Float32Array(outputs);
  const { values, scales } = weights;
  if (values instanceof Float32Array) return { weights: values, bias };
  const each = scales.length === 1 ? new Float32Array(outputs).fill(scales[0]!) : scales;
  return { weights: values, bias, scales: each };
};

export const addConv = async (draft: Draft, node: NodeProto): Promise<void> => {
  const weights = weightsOf(draft, node, 0);
  const [outputs = 0, , ...kernel] = weights.dims;
  const input = await compute(draft, node, 0);
  addLayer(draft, node, {
    input,
    outputs,
    groups: integer(node, "group", 1),
    window: windowOf(node, draft.tensors[input]!, kernel),
    numbers: numbersOf(draft, node, weights, outputs),
  });
};

/** A convolution and the activation that ONNX Runtime made one with it. */
export const addFusedConv = async (draft: Draft, node: NodeProto): Promise<void> => {
  if (node.input[3]) throw uncovered(node, "a sum");
  await addConv(draft, node);
  const { tensor: input } = findValue(draft, node.output[0]!) as Computed;
  const opType = text(node, "activation") ?? "";
  const [first, second] = floats(node, "activation_params");
  if (opType === "Relu" || opType === "Clip") {
    const bounds = opType === "Relu" ? { low: 0, high: Number.POSITIVE_INFINITY } : { low: first, high: second };
    Object.assign(draft.operators.at(-1)!, bounds);
  } else setComputed(draft, node.output[0]!, addMap(draft, node, input, { opType, alpha: first, beta: second }));
};

/** MatMul by constant weights is a Gemm without a bias. */
export const addGemm = async (draft: Draft, node: NodeProto): Promise<void> => {
  checkGemm(node);
  const transposed = isTransposed(node);
  const weights = weightsOf(draft, node, transposed ? 0 : 1);
  const { dims, values } = weights;
  if (dims.length !== 2) throw uncovered(node, "weights that are no matrix");
  const outputs = dims[transposed ? 0 : 1]!;
  const input = await compute(draft, node, 0, "flat");
  if (node.opType === "MatMul" && !isVector(draft.tensors[input]!)) throw uncovered(node, "a product of maps");
  const turned = { ...weights, values: outputsFirst(values, dims, transposed) };
  addLayer(draft, node, {
    input,
    outputs,
    groups: 1,
    window: windowOver(draft, input),
    numbers: numbersOf(draft, node, turned, outputs),
    flat: true,
  });
};
