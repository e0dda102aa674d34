/** Writes a plan as the bytes of a `model.plan` file. The same plan gives the same bytes. */
import { seal } from "./digest.ts";
import { bitsOf, fields, hashedFrom, headerBytes, magic, none, tensorBytes, version } from "./format.ts";
import type { Operator, Window } from "./operators.ts";
import { type Plan, roundUp } from "./plan.ts";

/** The file's numbers are trusted here; `parsePlan` judges them. */
export const encodePlan = async (plan: Plan): Promise<Uint8Array> => {
  const words = plan.operators.flatMap(wordsOf);
  const operatorsAt = headerBytes + plan.tensors.length * tensorBytes;
  const constantsAt = roundUp(operatorsAt + words.length * 4, 64);
  const bytes = new Uint8Array(constantsAt + plan.constants.length);
  const view = new DataView(bytes.buffer);
  const { input, outputs } = plan;

  bytes.set(magic);
  view.setUint32(4, version, true);
  const header = [
    ...[plan.tensors.length, plan.operators.length, words.length, constantsAt, plan.constants.length, plan.arena],
    ...[input.offset, input.channels, input.height, input.width, outputs.logits, outputs.heatmap ?? none],
  ];
  for (const [i, word] of header.entries()) view.setUint32(hashedFrom + i * 4, word, true);
  for (const [i, tensor] of plan.tensors.entries()) {
    const at = headerBytes + i * tensorBytes;
    const { channels, height, width, pitch, offset, scale, zero } = tensor;
    const numbers = [tensor.type === "u8" ? 0 : 1, tensor.place === "arena" ? 0 : 1, channels, height, width, pitch];
    for (const [j, number] of [...numbers, offset].entries()) view.setUint32(at + j * 4, number, true);
    view.setFloat32(at + 28, scale, true);
    view.setUint32(at + 32, zero, true);
  }
  for (const [i, word] of words.entries()) view.setUint32(operatorsAt + i * 4, word, true);
  bytes.set(plan.constants, constantsAt);
  await seal(bytes);
  return bytes;
};

const codes = Object.keys(fields);

const wordsOf = (operator: Operator): number[] => {
  const values = operator as unknown as Record<string, number | boolean | Window>;
  return [
    codes.indexOf(operator.op),
    ...Object.entries(fields[operator.op]).flatMap(([name, type]) => {
      const value = values[name]!;
      if (typeof value === "object") return [...value.kernel, ...value.strides, ...value.dilations, ...value.pads];
      return type === "float" ? [bitsOf(Number(value))] : [Number(value)];
    }),
  ];
};
