/** Shape arithmetic (Shape, Gather, Concat, Reshape …) of exported graphs, computed in plain numbers. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer, integers } from "../../../shared/onnx/node.ts";
import { DataType } from "../../../shared/onnx/tensor.ts";
import { broadcast, sizeOf } from "./dims.ts";
import { floats, type Known, readKnown } from "./known.ts";
import { fromFront } from "./operator.ts";

const list = (numbers: readonly number[], kind: Known["kind"] = "int32"): Known => ({
  numbers,
  dims: [numbers.length],
  kind,
});

/** Operators whose answer is known as soon as the shape of their input is. */
export const shapeOperators: Readonly<Record<string, ShapeOperator>> = {
  Size: { compute: (shape) => ({ numbers: [sizeOf(shape)], dims: [], kind: "int32" }) },
  Shape: {
    attributes: ["start", "end"],
    compute(shape, node) {
      const within = (at: number) => Math.min(Math.max(fromFront(at, shape.length), 0), shape.length);
      return list(shape.slice(within(integer(node, "start", 0)), within(integer(node, "end", shape.length))));
    },
  },
};

interface ShapeOperator {
  attributes?: readonly string[];
  compute(shape: readonly number[], node: NodeProto): Known;
}

export interface KnownOperator {
  attributes?: readonly string[];
  compute(inputs: readonly (Known | undefined)[], node: NodeProto): Known | readonly Known[];
}

/** `known` with each of its numbers where broadcasting to `dims` puts it. */
const spread = (known: Known, dims: readonly number[]): number[] =>
  Array.from({ length: sizeOf(dims) }, (_, index) => {
    let [at, rest, step] = [0, index, 1];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const own = known.dims[axis - dims.length + known.dims.length] ?? 1;
      at += (own === 1 ? 0 : rest % dims[axis]!) * step;
      rest = Math.floor(rest / dims[axis]!);
      step *= own;
    }
    return known.numbers[at]!;
  });

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

const vector = (known: Known | undefined): Known => {
  if (!known || known.dims.length > 1)
    throw new Error(`numbers of shape [${known?.dims}] are no list that a shape could be made of`);
  return known;
};

/** The same numbers under other axes. */
const reshaped = (
  dimsFrom: (data: Known, given: readonly number[] | undefined, node: NodeProto) => number[],
): KnownOperator => ({
  attributes: ["axes", "allowzero"],
  compute: ([data, given], node) => ({
    ...data!,
    dims: dimsFrom(data!, given?.numbers ?? integers(node, "axes"), node),
  }),
});

const sliced: KnownOperator = {
  attributes: ["starts", "ends", "axes"],
  compute([data, starts, ends, , steps], node) {
    const { numbers, kind } = vector(data);
    const step = steps?.numbers[0] ?? 1;
    const size = numbers.length;
    const bound = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, step < 0 ? -1 : 0), size);
    const start = starts?.numbers[0] ?? integers(node, "starts")?.[0] ?? 0;
    const end = ends?.numbers[0] ?? integers(node, "ends")?.[0] ?? size;
    const taken: number[] = [];
    const last = end < -size ? -1 : bound(end);
    for (let at = Math.min(bound(start), step < 0 ? size - 1 : size); step < 0 ? at > last : at < last; at += step)
      taken.push(numbers[at]!);
    return list(taken, kind);
  },
};

export const knownOperators: Readonly<Record<string, KnownOperator>> = {
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
  Identity: { compute: ([data]) => data! },
  Cast: {
    attributes: ["to", "saturate"],
    compute([data], node) {
      const to = integer(node, "to", DataType.FLOAT) as DataType;
      const kind = floats.has(to) ? "float32" : to === DataType.BOOL ? "bool" : "int32";
      const convert = kind === "float32" ? Number : kind === "bool" ? (one: number) => Number(one !== 0) : Math.trunc;
      return { ...data!, numbers: data!.numbers.map(convert), kind };
    },
  },
  Concat: {
    attributes: ["axis"],
    compute: (parts) =>
      list(
        parts.flatMap((part) => vector(part).numbers),
        parts[0]!.kind,
      ),
  },
  Split: {
    attributes: ["axis", "num_outputs", "split"],
    compute([data, sizes], node) {
      const { numbers, kind } = vector(data);
      const each = Math.ceil(numbers.length / node.output.length);
      const lengths = sizes?.numbers ?? integers(node, "split") ?? node.output.map(() => each);
      let at = 0;
      return lengths.map((length) => list(numbers.slice(at, (at += length)), kind));
    },
  },
  Slice: sliced,
  Gather: {
    attributes: ["axis"],
    compute([data, indices]) {
      const { numbers, kind } = vector(data);
      const taken = indices!.numbers.map((index) => numbers[fromFront(index, numbers.length)]!);
      return { numbers: taken, dims: indices!.dims, kind };
    },
  },
  Reshape: reshaped((data, given) => {
    const rest = sizeOf(given!.filter((side) => side !== -1));
    return given!.map((side) => (side === -1 ? data.numbers.length / rest : side));
  }),
  Squeeze: reshaped(({ dims }, axes) =>
    dims.filter((side, axis) => (axes ? !axes.some((gone) => fromFront(gone, dims.length) === axis) : side !== 1)),
  ),
  Unsqueeze: reshaped(({ dims }, axes) => {
    const added = axes!.map((axis) => fromFront(axis, dims.length + axes!.length));
    const rest = [...dims];
    return Array.from({ length: dims.length + added.length }, (_, axis) => (added.includes(axis) ? 1 : rest.shift()!));
  }),
  Expand: {
    compute([data, wanted]) {
      const dims = broadcast(data!.dims, wanted!.numbers);
      return { numbers: spread(data!, dims), dims, kind: data!.kind };
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
      const { numbers, kind } = vector(data);
      return { numbers: [sizeOf(numbers)], dims: integer(node, "keepdims", 1) === 1 ? [1] : [], kind };
    },
  },
};
