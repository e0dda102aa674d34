/** What each operator needs of its tensors and its constants. */
import { checkWindow } from "./check-window.ts";
import type { Operator } from "./operators.ts";
import { type ElementType, isVector, meets, type Plan, type PlanTensor, sameShape, type TensorIndex } from "./plan.ts";
import { refuse } from "./refusal.ts";
import { hasNarrowWeights, packedWeights } from "./weights.ts";

/** @throws PlanRefusedError beginning with `where` */
export const checkOperator = (operator: Operator, plan: Plan, where: string): void => {
  const need: Need = (holds, otherwise) => {
    if (!holds) refuse(`${where}: ${otherwise}`);
  };
  const tensor = (index: TensorIndex): PlanTensor => plan.tensors[index] ?? refuse(`${where}: no tensor ${index}`);
  const plain = (index: TensorIndex): PlanTensor => {
    need(tensor(index).pitch !== 4, `tensor ${index} has a pitch of 4, which is for the first convolution alone`);
    return tensor(index);
  };
  const output = operator.op === "image" ? tensor(operator.output) : plain(operator.output);
  need(output.place === "arena", "it writes to a constant");
  const constant = (offset: number, bytes: number, name: string): void =>
    need(offset % 16 === 0 && offset + bytes <= plan.constants.length, `its ${bytes} bytes of ${name} at ${offset}`);
  const check = checks[operator.op] as (operator: Operator, found: Found) => void;
  check(operator, { need, tensor, plain, output, constant, plan });
};

type Need = (holds: boolean, otherwise: string) => void;

interface Found {
  need: Need;
  tensor(index: TensorIndex): PlanTensor;
  /** One whose pitch is a multiple of 8. */
  plain(index: TensorIndex): PlanTensor;
  output: PlanTensor;
  constant(offset: number, bytes: number, name: string): void;
  plan: Plan;
}

type Of<Kind extends Operator["op"]> = Extract<Operator, { op: Kind }>;

const sameScale = (a: PlanTensor, b: PlanTensor): boolean => a.scale === b.scale && a.zero === b.zero;

/** An operator that changes number by number. */
const mapOf =
  (from: ElementType, to: ElementType) =>
  (operator: { input: TensorIndex }, { need, plain, output }: Found): void => {
    const input = plain(operator.input);
    need(input.type === from && output.type === to, `from ${input.type} to ${output.type}`);
    need(sameShape(input, output), "its input has not its output's shape");
    for (const [name, value] of Object.entries(operator)) need(!Number.isNaN(value), `${name} is no number`);
  };
const floats = mapOf("f32", "f32");

const binaryOf =
  (types: readonly ElementType[]) =>
  (operator: { left: TensorIndex; right: TensorIndex }, { need, plain, output }: Found): void => {
    const [left, right] = [plain(operator.left), plain(operator.right)];
    need(types.includes(output.type), `not for ${output.type}`);
    need(left.type === output.type && right.type === output.type, `${left.type} and ${right.type} to ${output.type}`);
    need(sameShape(left, output), "its left has not its output's shape");
    need(meets(right, left), "its right has neither its left's shape nor one pixel or one channel in its place");
  };

const pool = (operator: Of<"maxPool" | "averagePool">, { need, plain, output }: Found): void => {
  const input = plain(operator.input);
  need(input.type === output.type, `from ${input.type} to ${output.type}`);
  need(input.channels === output.channels, `from ${input.channels} to ${output.channels} channels`);
  need(operator.op === "averagePool" || sameScale(input, output), "it would have to change the scale");
  checkWindow(operator.window, input, output, "either", need);
};

/** A layer's constants, as they are packed, and its bounds. */
const checkLayer = (of: Of<"conv" | "depthwise">, { need, constant, output, plan }: Found): void => {
  const { low, high, bias, weights, multipliers } = of;
  const unbounded = low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY;
  const { depth, outputs } = packedWeights(of, plan);
  const int8 = output.type === "u8" || hasNarrowWeights(of, plan);
  need(depth <= mostDepth, `${depth} weights for one output`);
  constant(weights, outputs * depth * (int8 ? 1 : 4), "weights");
  constant(bias, outputs * 4, "bias");
  if (int8) constant(multipliers, outputs * 4, "multipliers");
  need(output.type === "u8" ? unbounded : low <= high, `bounds of ${low} and ${high}`);
};

/** Bound the scratch memory: of a panel of pixels, and of the rows that a depthwise window covers. */
const mostDepth = 2 ** 18;
const mostRows = 64;

const checks: { [Kind in Operator["op"]]: (operator: Of<Kind>, found: Found) => void } = {
  image: (_, { need, output, plan }) => need(sameShape(output, plan.input), "its output has not the photo's shape"),
  quantize: mapOf("f32", "u8"),
  dequantize: mapOf("u8", "f32"),

  conv(operator, found) {
    const { need, output } = found;
    const { window, groups } = operator;
    const input = found.tensor(operator.input);
    need(input.type === output.type, `from ${input.type} to ${output.type}`);
    need(groups >= 1 && input.channels % groups === 0 && output.channels % groups === 0, `${groups} groups`);
    need(input.pitch !== 4 || groups === 1, "groups over a pitch of 4");
    checkWindow(window, input, output, "floor", need);
    checkLayer(operator, found);
  },

  depthwise(operator, found) {
    const { need, output } = found;
    const { window } = operator;
    const input = found.plain(operator.input);
    need(input.type === output.type, `from ${input.type} to ${output.type}`);
    need(input.channels === output.channels, `from ${input.channels} to ${output.channels} channels`);
    checkWindow(window, input, output, "floor", need);
    const covered = window.dilations[0] * (window.kernel[0] - 1) + 1;
    need(covered <= mostRows, `a window of ${covered} rows`);
    checkLayer(operator, found);
  },

  add: binaryOf(["u8", "f32"]),
  mul: binaryOf(["u8", "f32"]),
  sub: binaryOf(["f32"]),
  div: binaryOf(["f32"]),
  prelu: binaryOf(["f32"]),

  concat(operator, { need, plain, output }) {
    const input = plain(operator.input);
    need(input.type === output.type && sameScale(input, output), "it would have to change numbers");
    need(input.height === output.height && input.width === output.width, "maps of different size");
    need(operator.at + input.channels <= output.channels, `${input.channels} channels at ${operator.at}`);
  },

  table(operator, found) {
    mapOf("u8", "u8")(operator, found);
    found.constant(operator.table, 256, "table");
  },

  maxPool: pool,
  averagePool: pool,

  globalAverage(operator, { need, plain, output }) {
    const input = plain(operator.input);
    need(input.type === output.type || output.type === "f32", `from ${input.type} to ${output.type}`);
    need(isVector(output) && input.channels === output.channels, "its output is no vector of its channels");
  },

  clip: floats,
  hardSigmoid: floats,
  leakyRelu: floats,
  sigmoid: floats,
  tanh: floats,
  hardSwish: floats,
  softmax: floats,

  logSumExp(operator, { need, plain, output }) {
    const input = plain(operator.input);
    need(isVector(input) && isVector(output) && output.channels === 1, "it makes one number of a vector");
    need(input.type === "f32" && output.type === "f32", `from ${input.type} to ${output.type}`);
  },
};
