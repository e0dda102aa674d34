/** Parts of a tensor, by ranges and by indices. */
import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import { integer, integers } from "../../../../shared/onnx/node.ts";
import { sizeOf } from "../dims.ts";
import { fromFront, type Operator, type OperatorTable, plain } from "../operator.ts";
import { asItIs, placeOf } from "./axes.ts";

/** Starts, ends, axes and steps are inputs since version 10, attributes before. */
const slice: Operator = {
  inputs: [1, 5],
  attributes: ["axes", "ends", "starts"],
  known: [1, 2, 3, 4],
  prepare({ node }) {
    return (inputs) => {
      const { tensor, layout } = asItIs(inputs);
      const read = (place: number, name?: string): readonly number[] | undefined =>
        inputs.has(place) ? inputs.numbers(place) : name ? integers(node, name) : undefined;
      const starts = read(1, "starts") ?? [];
      const ends = read(2, "ends") ?? [];
      const axes = read(3, "axes") ?? starts.map((_, axis) => axis);
      const steps = read(4) ?? starts.map(() => 1);
      return {
        layout,
        tensor: axes.reduce((rest, axis, at) => {
          const place = placeOf(fromFront(axis, tensor.rank), layout);
          return sliceAlong(rest, place, starts[at]!, ends[at]!, steps[at]!);
        }, tensor),
      };
    };
  },
};

/** As Python slices. Steps go by padding to whole steps and taking the first of each: unlike strided slices, it has a gradient. */
const sliceAlong = (tensor: Tensor, axis: number, start: number, end: number, step: number): Tensor => {
  const size = tensor.shape[axis]!;
  const within = (at: number, low: number, high: number): number =>
    Math.min(Math.max(at < 0 ? at + size : at, low), high);
  if (step < 0) {
    // Backwards from `start` down to above `end` is forwards in the reversed tensor
    const [from, to] = [within(start, 0, size - 1), end < -size ? -1 : within(end, -1, size - 1)];
    return sliceAlong(tensor.reverse(axis), axis, size - 1 - from, size - 1 - to, -step);
  }
  const [from, to] = [within(start, 0, size), within(end, 0, size)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  const begin = tensor.shape.map((_, at) => (at === axis ? from : 0));
  const whole = (length: number) => tensor.shape.map((side, at) => (at === axis ? length : side));
  if (step === 1) return tensor.slice(begin, whole(count));
  const length = Math.min(count * step, size - from);
  const missing = count * step - length;
  const taken = tensor.slice(begin, whole(length));
  const full = taken.pad(taken.shape.map((_, at) => [0, at === axis ? missing : 0]));
  const before = sizeOf(full.shape.slice(0, axis));
  const after = sizeOf(full.shape.slice(axis + 1));
  return full
    .reshape([before * count, step, after])
    .slice([0, 0, 0], [before * count, 1, after])
    .reshape(whole(count));
};

/** Known indices one after the other are a slice. @see GatherElements, which is another operator */
const gather: Operator = {
  inputs: [2, 2],
  attributes: ["axis"],
  prepare({ node, tf }) {
    return (inputs) => {
      const x = inputs.tensor(0);
      const axis = fromFront(integer(node, "axis", 0), x.rank);
      const indices = inputs.tensor(1);
      const size = x.shape[axis]!;
      // Counted from the end where they are negative
      const places = indices.cast("float32").reshape([-1]);
      const counted = places.sub(places.div(size).floor().mul(size)).cast("int32");
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      if (!inputs.trains(0)) return plain(tf.gather(x, counted as Tensor1D, axis).reshape(shape));
      // One-hot rows times the tensor: a gather whose gradient is a product, which every backend has
      const before = sizeOf(x.shape.slice(0, axis));
      const after = sizeOf(x.shape.slice(axis + 1));
      const chosen = tf
        .equal(counted.reshape([-1, 1]), tf.range(0, size, 1, "int32").reshape([1, size]))
        .cast("float32");
      const rows = x
        .reshape([before, size, after])
        .transpose([1, 0, 2])
        .reshape([size, before * after]);
      const taken = tf.matMul(chosen, rows).reshape([-1, before, after]).transpose([1, 0, 2]);
      return plain(taken.reshape(shape));
    };
  },
};

export const slicing: OperatorTable = { Slice: slice, Gather: gather };
