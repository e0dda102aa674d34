/** Tensors side by side in one. Parts that begin at a multiple of eight channels are written there at once. */
import type { TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer } from "../../../shared/onnx/node.ts";
import { compute, computeNamed, computeQuantized } from "./compute.ts";
import { addTensor, type Draft, type Quantization, setComputed } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { quantizationAt } from "./read-node.ts";
import { tabulateRescaling } from "./tabulate.ts";

const addConcat = async (
  draft: Draft,
  node: NodeProto,
  parts: readonly TensorIndex[],
  quantization?: Quantization,
): Promise<void> => {
  const maps = parts.map((part) => draft.tensors[part]!);
  const { height, width } = maps[0]!;
  if (maps.some((map) => map.height !== height || map.width !== width)) throw uncovered(node, "maps of several sizes");
  const output = addTensor(
    draft,
    { channels: maps.reduce((sum, { channels }) => sum + channels, 0), height, width },
    quantization,
  );
  let at = 0;
  for (const [place, input] of parts.entries()) {
    const { channels } = maps[place]!;
    const whole = at % 8 === 0 && (channels % 8 === 0 || place === parts.length - 1);
    await addPart(draft, { input, output, at, whole });
    at += channels;
  }
  const { flat } = await computeNamed(draft, node.input[node.opType === "Concat" ? 0 : 2]!);
  setComputed(draft, node.output[0]!, output, flat);
};

interface Part {
  input: TensorIndex;
  output: TensorIndex;
  at: number;
  /** No other part lies in its eights of channels, so that kernels may write it in its place. */
  whole: boolean;
}

const addPart = async (draft: Draft, { input, output, at, whole }: Part): Promise<void> => {
  const [from, to] = [draft.tensors[input]!, draft.tensors[output]!];
  const rescaled = from.scale !== to.scale || from.zero !== to.zero;
  const within = { tensor: output, at };
  if (!rescaled && whole && from.place === "arena" && !from.within) {
    from.within = within;
    return;
  }
  let part = input;
  if (rescaled) {
    part = addTensor(draft, from, to);
    if (whole) draft.tensors[part]!.within = within;
    const table = draft.constants.add(await tabulateRescaling(from, to));
    draft.operators.push({ op: "table", input, output: part, table });
    if (whole) return;
  }
  draft.operators.push({ op: "concat", input: part, output, at });
};

/** Inputs: output's scale, zero; then of each part x, scale, zero. */
export const addQLinearConcat = async (draft: Draft, node: NodeProto): Promise<void> => {
  if (integer(node, "axis", 1) !== 1) throw uncovered(node, `along axis ${integer(node, "axis", 1)}`);
  const parts: TensorIndex[] = [];
  for (let position = 2; position < node.input.length; position += 3)
    parts.push(await computeQuantized(draft, node, position));
  await addConcat(draft, node, parts, quantizationAt(draft, node, 0));
};

export const addFloatConcat = async (draft: Draft, node: NodeProto): Promise<void> => {
  if (integer(node, "axis", 1) !== 1) throw uncovered(node, `along axis ${integer(node, "axis", 1)}`);
  const parts: TensorIndex[] = [];
  for (const position of node.input.keys()) parts.push(await compute(draft, node, position));
  if (parts.some((part) => draft.tensors[part]!.type === "u8")) throw uncovered(node, "uint8 tensors of unknown scale");
  await addConcat(draft, node, parts);
};
