/**
 * Reads a `model.plan` file that anyone may have made: what it returns cannot make a kernel read or write outside the plan
 * and its arena, nor take more memory or time than the limits allow.
 */
import { checkPlan, type PlanLimits } from "./check.ts";
import { fields, hashedFrom, headerBytes, magic, none, tensorBytes, version } from "./format.ts";
import type { Operator, Window } from "./operators.ts";
import { type Plan, type PlanTensor, roundUp } from "./plan.ts";
import { refuse } from "./refusal.ts";

/** Far above any model's; the tables are walked before more is known. */
const mostEntries = 65_536;

/**
 * @returns a plan whose `constants` are a view of `bytes`
 * @throws PlanRefusedError naming the field at fault
 */
export const parsePlan = (bytes: Uint8Array, limits?: Partial<PlanLimits>): Plan => {
  if (bytes.length < headerBytes || magic.some((byte, i) => bytes[i] !== byte))
    refuse(`${bytes.length} bytes that do not begin as one`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(4, true) !== version) refuse(`version ${view.getUint32(4, true)}, not ${version}`);
  const header = Array.from({ length: 12 }, (_, i) => view.getUint32(hashedFrom + i * 4, true));
  const [tensorCount, operatorCount, wordCount, constantsAt, constantsBytes, arena] = header as Six;
  const [offset, channels, height, width, logits, heatmap] = header.slice(6) as Six;

  const operatorsAt = headerBytes + tensorCount * tensorBytes;
  const operatorsEnd = operatorsAt + wordCount * 4;
  if (tensorCount > mostEntries || operatorCount > mostEntries || operatorsEnd > bytes.length)
    refuse(`${tensorCount} tensors and ${operatorCount} operators in ${bytes.length} bytes`);
  if (constantsAt !== roundUp(operatorsEnd, 64) || constantsAt + constantsBytes !== bytes.length)
    refuse(`${constantsBytes} bytes of constants from byte ${constantsAt} on, in a file of ${bytes.length}`);
  const between = [...bytes.subarray(88, headerBytes), ...bytes.subarray(operatorsEnd, constantsAt)];
  if (between.some((byte) => byte !== 0)) refuse("bytes between its parts that are not zero");

  const plan: Plan = {
    input: { channels, height, width, offset },
    tensors: Array.from({ length: tensorCount }, (_, i) => readTensor(view, headerBytes + i * tensorBytes, i)),
    operators: readOperators(view, operatorsAt, operatorsEnd, operatorCount),
    constants: bytes.subarray(constantsAt),
    arena,
    outputs: heatmap === none ? { logits } : { logits, heatmap },
  };
  checkPlan(plan, limits);
  return plan;
};

type Six = [number, number, number, number, number, number];

const readTensor = (view: DataView, at: number, index: number): PlanTensor => {
  const word = (i: number): number => view.getUint32(at + i * 4, true);
  const type = (["u8", "f32"] as const)[word(0)];
  const place = (["arena", "constants"] as const)[word(1)];
  if (!type || !place) return refuse(`tensor ${index}: type ${word(0)}, place ${word(1)}`);
  return {
    ...{ type, place, channels: word(2), height: word(3), width: word(4), pitch: word(5), offset: word(6) },
    ...{ scale: view.getFloat32(at + 28, true), zero: word(8) },
  };
};

const kinds = Object.keys(fields) as Operator["op"][];

const readOperators = (view: DataView, from: number, end: number, count: number): Operator[] => {
  let at = from;
  const word = (): number => {
    if (at + 4 > end) refuse(`its ${count} operators do not end at byte ${end}`);
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const pair = () => [word(), word()] as const;
  const read = {
    ...{ tensor: word, constant: word, count: word },
    float: () => new Float32Array(Uint32Array.of(word()).buffer)[0]!,
    flag: () => {
      const value = word();
      return value > 1 ? refuse(`a flag of ${value}`) : value === 1;
    },
    window: (): Window => ({
      ...{ kernel: pair(), strides: pair(), dilations: pair(), pads: [...pair(), ...pair()] },
    }),
  };
  const operators = Array.from({ length: count }, (_, i) => {
    const code = word();
    const op = kinds[code] ?? refuse(`operator ${i}: code ${code}`);
    const values = Object.entries(fields[op]).map(([name, type]) => [name, read[type]()]);
    return { op, ...Object.fromEntries(values) } as Operator;
  });
  return at === end ? operators : refuse(`its ${count} operators do not end at byte ${end}`);
};
