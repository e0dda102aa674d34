/** Two tensors, number by number: of one shape, or one of them a vector for every pixel, or a map for every channel. */
import type { Binary, FloatBinary } from "../../../shared/engine/lean/operators.ts";
import { isVector, meets, roundUp, type TensorIndex } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { dimsOf, readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import { computeNamed, computeQuantized } from "./compute.ts";
import { tensorAlignment } from "./constants.ts";
import { addTensor, type Draft, type Quantization, setComputed, unquantized } from "./draft.ts";
import { uncovered } from "./no-plan.ts";
import { quantizationAt } from "./read-node.ts";

type Op = Binary["op"] | FloatBinary["op"];

const commutative: readonly Op[] = ["add", "mul"];

const floatOps: Record<string, Op> = { Add: "add", Mul: "mul", Sub: "sub", Div: "div", PRelu: "prelu" };

interface Operand {
  tensor: TensorIndex;
  flat: boolean;
}

/** A constant that meets the channels of `other`: one number for all, or a number for each. */
const addConstant = (
  draft: Draft,
  node: NodeProto,
  { name, other, quantization }: { name: string; other: Operand; quantization?: Quantization },
): TensorIndex => {
  const stored = draft.stored.get(name)!;
  const { channels } = draft.tensors[other.tensor]!;
  const dims = dimsOf(stored).map((size, place, all) => ({ size, fromEnd: all.length - place }));
  const axis = other.flat ? 1 : 3;
  if (dims.some(({ size, fromEnd }) => size !== 1 && (fromEnd !== axis || size !== channels)))
    throw uncovered(node, `a constant of shape [${dimsOf(stored)}] beside ${channels} channels`);
  const given = quantization ? readIntegers(stored) : readFloats(stored);
  // kernels read whole eights of channels
  const numbers = Array.from({ length: roundUp(channels, 8) }, (_, channel) =>
    channel < channels ? given[given.length === 1 ? 0 : channel]! : 0,
  );
  const { scale, zero } = quantization ?? unquantized;
  const type = quantization ? "u8" : "f32";
  const offset = quantization
    ? draft.constants.add(Uint8Array.from(numbers))
    : draft.constants.add(Float32Array.from(numbers), tensorAlignment);
  return draft.tensors.push({ type, place: "constants", channels, height: 1, width: 1, scale, zero, offset }) - 1;
};

const addBinary = (
  draft: Draft,
  node: NodeProto,
  { op, operands, quantization }: { op: Op; operands: readonly [Operand, Operand]; quantization?: Quantization },
): void => {
  let [left, right] = operands;
  const shapeOf = ({ tensor }: Operand) => draft.tensors[tensor]!;
  // what meets every pixel or channel comes second
  const swapped = commutative.includes(op) && !meets(shapeOf(right), shapeOf(left));
  if (swapped) [left, right] = [right, left];
  const [map, other] = [shapeOf(left), shapeOf(right)];
  // ONNX Runtime swaps vectors as well; but a sum of integers is rounded in the order of its operands
  if (swapped && op === "add" && quantization && !isVector(other)) throw uncovered(node, "one channel plus many");
  if (!meets(other, map))
    throw uncovered(
      node,
      `${map.channels} x ${map.height} x ${map.width} with ${other.channels} x ${other.height} x ${other.width}`,
    );
  if (left.flat !== right.flat && !isVector(map)) throw uncovered(node, "a flattened map beside one that is not");
  const output = addTensor(draft, map, quantization);
  draft.operators.push({ op, left: left.tensor, right: right.tensor, output } as Binary | FloatBinary);
  setComputed(draft, node.output[0]!, output, left.flat);
};

/** Both operands, of which one may be a constant. */
const operandsOf = async (
  draft: Draft,
  node: NodeProto,
  positions: readonly [number, number],
  read: (position: number) => Promise<Operand>,
  quantizationOf?: (position: number) => Quantization,
): Promise<[Operand, Operand]> => {
  const constant = positions.findIndex((position) => draft.stored.has(node.input[position]!));
  const operand = (place: 0 | 1) => read(positions[place]);
  if (constant === -1) return [await operand(0), await operand(1)];
  const other = await operand(constant === 0 ? 1 : 0);
  const position = positions[constant]!;
  const quantization = quantizationOf?.(position + 1);
  const tensor = addConstant(draft, node, {
    name: node.input[position]!,
    other,
    ...(quantization && { quantization }),
  });
  const added: Operand = { tensor, flat: other.flat };
  return constant === 0 ? [added, other] : [other, added];
};

/** Inputs: A, scale, zero; B, scale, zero; output's scale, zero. */
export const addQLinearBinary = async (draft: Draft, node: NodeProto): Promise<void> => {
  const read = async (position: number): Promise<Operand> => {
    const tensor = await computeQuantized(draft, node, position, "flat");
    const { flat } = await computeNamed(draft, node.input[position]!);
    return { tensor, flat };
  };
  const operands = await operandsOf(draft, node, [0, 3], read, (position) => quantizationAt(draft, node, position));
  const op = node.opType === "QLinearAdd" ? "add" : "mul";
  addBinary(draft, node, { op, operands, quantization: quantizationAt(draft, node, 6) });
};

export const addFloatBinary = async (draft: Draft, node: NodeProto): Promise<void> => {
  const read = (position: number) => computeNamed(draft, node.input[position]!);
  addBinary(draft, node, { op: floatOps[node.opType]!, operands: await operandsOf(draft, node, [0, 1], read) });
};
