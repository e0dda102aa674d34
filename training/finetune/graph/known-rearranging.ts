/** Numbers of shapes in another order, fewer of them, or more. */
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer, integers } from "../../../shared/onnx/node.ts";
import { broadcast, sizeOf } from "./dims.ts";
import { type Known, type KnownOperator, spread } from "./known.ts";
import { fromFront } from "./operator.ts";

/** Of an axis, those at `places`. */
const along = ({ numbers, dims, kind }: Known, axis: number, places: readonly number[]): Known => {
  const size = dims[axis]!;
  const after = sizeOf(dims.slice(axis + 1));
  const taken: number[] = [];
  for (let before = 0; before < sizeOf(dims.slice(0, axis)); before++)
    for (const place of places) {
      const start = (before * size + place) * after;
      taken.push(...numbers.slice(start, start + after));
    }
  return { numbers: taken, dims: dims.map((side, at) => (at === axis ? places.length : side)), kind };
};

const concat = (parts: readonly Known[], axis: number): Known => {
  const [{ dims, kind }] = parts as [Known];
  const blocks = parts.map((part) => ({ numbers: part.numbers, length: sizeOf(part.dims.slice(axis)) }));
  const joined = Array.from({ length: sizeOf(dims.slice(0, axis)) }, (_, at) =>
    blocks.flatMap(({ numbers, length }) => numbers.slice(at * length, (at + 1) * length)),
  );
  const total = parts.reduce((sum, part) => sum + part.dims[axis]!, 0);
  return { numbers: joined.flat(), dims: dims.map((side, at) => (at === axis ? total : side)), kind };
};

const transpose = ({ numbers, dims, kind }: Known, order: readonly number[]): Known => {
  const turned = order.map((axis) => dims[axis]!);
  const steps = order.map((axis) => sizeOf(dims.slice(axis + 1)));
  const moved = numbers.map((_, index) => {
    let [at, rest] = [0, index];
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      at += (rest % turned[axis]!) * steps[axis]!;
      rest = Math.floor(rest / turned[axis]!);
    }
    return numbers[at]!;
  });
  return { numbers: moved, dims: turned, kind };
};

/** The places that Python's `start:end:step` means in an axis of `size`. */
const range = (size: number, start: number, end: number, step: number): number[] => {
  const within = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const places: number[] = [];
  if (step > 0) for (let at = within(start, 0, size); at < within(end, 0, size); at += step) places.push(at);
  else {
    const last = end < -size ? -1 : within(end, -1, size - 1);
    for (let at = within(start, -1, size - 1); at > last; at += step) places.push(at);
  }
  return places;
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

export const knownRearranging: Readonly<Record<string, KnownOperator>> = {
  Identity: { compute: ([data]) => data! },
  Concat: {
    attributes: ["axis"],
    compute: (parts, node) => concat(parts as Known[], fromFront(integer(node, "axis", 0), parts[0]!.dims.length)),
  },
  Split: {
    attributes: ["axis", "num_outputs", "split"],
    compute([data, sizes], node) {
      const axis = fromFront(integer(node, "axis", 0), data!.dims.length);
      const size = data!.dims[axis]!;
      const each = Math.ceil(size / node.output.length);
      const lengths = sizes?.numbers ?? integers(node, "split") ?? node.output.map(() => each);
      let at = 0;
      return lengths.map((length) => along(data!, axis, range(size, at, (at += length), 1)));
    },
  },
  Slice: {
    attributes: ["starts", "ends", "axes"],
    compute([data, ...bounds], node) {
      const read = (place: number, name: string) => bounds[place]?.numbers ?? integers(node, name);
      const [starts, ends] = [read(0, "starts") ?? [], read(1, "ends") ?? []];
      const axes = read(2, "axes") ?? starts.map((_, axis) => axis);
      const steps = bounds[3]?.numbers ?? starts.map(() => 1);
      return axes.reduce((rest, given, at) => {
        const axis = fromFront(given, rest.dims.length);
        return along(rest, axis, range(rest.dims[axis]!, starts[at]!, ends[at]!, steps[at]!));
      }, data!);
    },
  },
  Gather: {
    attributes: ["axis"],
    compute([data, indices], node) {
      const axis = fromFront(integer(node, "axis", 0), data!.dims.length);
      const size = data!.dims[axis]!;
      const { numbers, dims, kind } = along(
        data!,
        axis,
        indices!.numbers.map((index) => fromFront(index, size)),
      );
      return { numbers, dims: [...dims.slice(0, axis), ...indices!.dims, ...dims.slice(axis + 1)], kind };
    },
  },
  Transpose: {
    attributes: ["perm"],
    compute: ([data], node) =>
      transpose(data!, integers(node, "perm") ?? data!.dims.map((_, axis) => data!.dims.length - 1 - axis)),
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
};
