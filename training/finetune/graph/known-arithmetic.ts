/** Numbers of shapes computed from others, or made from nothing. */
import { float, integer } from "../../../shared/onnx/node.ts";
import { DataType } from "../../../shared/onnx/tensor.ts";
import { broadcast, sizeOf } from "./dims.ts";
import { floats, type Known, type KnownOperator, list, readKnown, spread } from "./known.ts";

const each = (compute: (...numbers: number[]) => number, kind?: Known["kind"], kindOf = 0): KnownOperator => ({
  compute(inputs) {
    const operands = inputs.filter((input) => input !== undefined);
    const dims = operands.map((known) => known.dims).reduce(broadcast);
    const spreadOut = operands.map((known) => spread(known, dims));
    const result = kind ?? operands[kindOf]!.kind;
    const numbers = Array.from({ length: sizeOf(dims) }, (_, at) => compute(...spreadOut.map((one) => one[at]!)));
    return { numbers: result === "int32" ? numbers.map(Math.trunc) : numbers, dims, kind: result };
  },
});

export const knownArithmetic: Readonly<Record<string, KnownOperator>> = {
  Add: each((a, b) => a + b),
  Sub: each((a, b) => a - b),
  Mul: each((a, b) => a * b),
  Div: each((a, b) => a / b),
  Mod: { attributes: ["fmod"], ...each((a, b) => a - b * Math.floor(a / b)) },
  Pow: each((a, b) => a ** b),
  Min: each(Math.min),
  Max: each(Math.max),
  Neg: each((a) => -a),
  Abs: each(Math.abs),
  Sqrt: each(Math.sqrt),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Equal: each((a, b) => Number(a === b), "bool"),
  Greater: each((a, b) => Number(a > b), "bool"),
  Less: each((a, b) => Number(a < b), "bool"),
  Not: each((a) => Number(!a), "bool"),
  And: each((a, b) => Number(a && b), "bool"),
  Or: each((a, b) => Number(a || b), "bool"),
  Where: each((condition, a, b) => (condition ? a : b), undefined, 1),
  Cast: {
    attributes: ["to", "saturate"],
    compute([data], node) {
      const to = integer(node, "to", DataType.FLOAT) as DataType;
      const kind = floats.has(to) ? "float32" : to === DataType.BOOL ? "bool" : "int32";
      const convert = kind === "float32" ? Number : kind === "bool" ? (one: number) => Number(one !== 0) : Math.trunc;
      return { ...data!, numbers: data!.numbers.map(convert), kind };
    },
  },
  Clip: {
    attributes: ["max", "min"],
    compute([data, low, high], node) {
      const least = low?.numbers[0] ?? float(node, "min") ?? Number.NEGATIVE_INFINITY;
      const most = high?.numbers[0] ?? float(node, "max") ?? Number.POSITIVE_INFINITY;
      return { ...data!, numbers: data!.numbers.map((one) => Math.min(Math.max(one, least), most)) };
    },
  },
  ConstantOfShape: {
    attributes: ["value"],
    compute([dims], node) {
      const stored = node.attribute.find(({ name }) => name === "value")?.t;
      const filled = stored ? readKnown(stored) : undefined;
      const numbers = Array<number>(sizeOf(dims!.numbers)).fill(filled?.numbers[0] ?? 0);
      return { numbers, dims: dims!.numbers, kind: filled?.kind ?? "float32" };
    },
  },
  Range: {
    compute([start, limit, step]) {
      const [from, to, by] = [start, limit, step].map((known) => known!.numbers[0]!) as [number, number, number];
      const count = Math.max(0, Math.ceil((to - from) / by));
      return list(
        Array.from({ length: count }, (_, at) => from + at * by),
        start!.kind,
      );
    },
  },
  ReduceProd: {
    attributes: ["axes", "keepdims", "noop_with_empty_axes"],
    compute([data], node) {
      const { numbers, dims, kind } = data!;
      if (dims.length !== 1)
        throw new Error(`the product of numbers of shape [${dims}] is not supported; of a list it is`);
      return { numbers: [sizeOf(numbers)], dims: integer(node, "keepdims", 1) === 1 ? [1] : [], kind };
    },
  },
};
