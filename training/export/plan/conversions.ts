/** Between float and uint8, and from the photo's planes to pixels. */
import type { Shape } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { computeNamed, computeQuantized } from "./compute.ts";
import { addTensor, type Draft, type Quantization, setComputed } from "./draft.ts";
import { quantizationAt } from "./read-node.ts";

/** The photo becomes pixels where something reads it: as float, or as uint8 at once. */
export const addImage = (draft: Draft, name: string, shape: Shape, quantization?: Quantization): void => {
  const output = addTensor(draft, shape, quantization);
  draft.operators.push({ op: "image", output });
  setComputed(draft, name, output);
};

/** Inputs: x; scale, zero. */
export const addQuantize = async (draft: Draft, node: NodeProto): Promise<void> => {
  const { tensor: input, flat } = await computeNamed(draft, node.input[0]!);
  const output = addTensor(draft, draft.tensors[input]!, quantizationAt(draft, node, 1));
  draft.operators.push({ op: "quantize", input, output });
  setComputed(draft, node.output[0]!, output, flat);
};

/** Inputs: x, scale, zero. */
export const addDequantize = async (draft: Draft, node: NodeProto): Promise<void> => {
  const input = await computeQuantized(draft, node, 0, "flat");
  const { flat } = await computeNamed(draft, node.input[0]!);
  const output = addTensor(draft, draft.tensors[input]!);
  draft.operators.push({ op: "dequantize", input, output });
  setComputed(draft, node.output[0]!, output, flat);
};
