/** Convolutions and fully connected layers in int8. */
import { requantizationScales } from "../../../shared/engine/lean/pack.ts";
import type { TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer } from "../../../shared/onnx/node.ts";
import { addLayer, type Numbers } from "./add-layer.ts";
import { computeQuantized } from "./compute.ts";
import type { Draft, Quantization } from "./draft.ts";
import { checkGemm, isTransposed, outputsFirst, windowOver } from "./fully-connected.ts";
import { biasAt, quantizationAt, type Weights, weightsAt } from "./read-node.ts";
import { windowOf } from "./window.ts";

const quantizedNumbers = (
  draft: Draft,
  input: TensorIndex,
  { values, scales }: Weights<Int8Array>,
  bias: Int32Array,
  { scale }: Quantization,
): Numbers => ({
  weights: values,
  bias,
  multipliers: requantizationScales(draft.tensors[input]!.scale, scales, scale, bias.length),
});

/** Inputs: x, scale, zero; weights, scale, zero; output's scale, zero; bias. */
export const addQLinearConv = async (draft: Draft, node: NodeProto): Promise<void> => {
  const input = await computeQuantized(draft, node, 0);
  const weights = weightsAt(draft, node, 3);
  const [outputs = 0, , ...kernel] = weights.dims;
  const quantization = quantizationAt(draft, node, 6);
  const bias = biasAt(draft, node, 8, outputs);
  addLayer(draft, node, {
    input,
    outputs,
    groups: integer(node, "group", 1),
    window: windowOf(node, draft.tensors[input]!, kernel),
    numbers: quantizedNumbers(draft, input, weights, bias, quantization),
    quantization,
  });
};

/** Inputs: A, scale, zero; B, scale, zero; bias; output's scale, zero. */
export const addQGemm = async (draft: Draft, node: NodeProto): Promise<void> => {
  checkGemm(node);
  const input = await computeQuantized(draft, node, 0, "flat");
  const transposed = isTransposed(node);
  const weights = weightsAt(draft, node, 3);
  const outputs = weights.dims[transposed ? 0 : 1]!;
  const quantization = quantizationAt(draft, node, 7);
  const turned = { ...weights, values: outputsFirst(weights.values, weights.dims, transposed) };
  addLayer(draft, node, {
    input,
    outputs,
    groups: 1,
    window: windowOver(draft, input),
    numbers: quantizedNumbers(draft, input, turned, biasAt(draft, node, 6, outputs), quantization),
    quantization,
    flat: true,
  });
};
