/** Axes summed up in one number, or one by one, and the softmax over an axis. */
import type { Tensor } from "@tensorflow/tfjs";
import { integer, integers } from "../../../../shared/onnx/node.ts";
import { sizeOf } from "../dims.ts";
import { fromFront, image, type Operator, type OperatorTable, plain, type Setting } from "../operator.ts";
import { channelsLast, placeWhenLast } from "../value.ts";

/** Axes are an input since version 18 (13 for ReduceSum), an attribute before; without any, all are reduced. */
const reduce = (compute: (x: Tensor, axes: number[], keep: boolean) => Tensor): Operator => ({
  inputs: [1, 2],
  attributes: ["axes", "keepdims", "noop_with_empty_axes"],
  known: [1],
  prepare({ node }) {
    const keep = integer(node, "keepdims", 1) === 1;
    const emptyIsNone = integer(node, "noop_with_empty_axes", 0) === 1;
    return (inputs) => {
      const value = inputs.value(0);
      const { rank } = value.tensor;
      const given = inputs.has(1) ? inputs.numbers(1) : (integers(node, "axes") ?? []);
      if (given.length === 0 && emptyIsNone) return value;
      const axes =
        given.length > 0 ? given.map((axis) => fromFront(axis, rank)) : Array.from({ length: rank }, (_, at) => at);
      if (value.layout !== channelsLast) return plain(compute(inputs.tensor(0), axes, keep));
      const last = axes.map((axis) => placeWhenLast[axis]!);
      // What is left of an image once axes are gone is no image
      if (keep) return image(compute(value.tensor, last, true));
      const rest = [0, 1, 2, 3].filter((axis) => !axes.includes(axis));
      const reduced = channelsLast.toOnnx(compute(value.tensor, last, true));
      return plain(reduced.reshape(rest.map((axis) => reduced.shape[axis]!)));
    };
  },
});

/** Computes with `axis` in the last place. */
const alongLast = (x: Tensor, axis: number, compute: (x: Tensor) => Tensor): Tensor => {
  if (axis === x.rank - 1) return compute(x);
  const swapped = Array.from({ length: x.rank }, (_, at) => at);
  [swapped[axis], swapped[x.rank - 1]] = [x.rank - 1, axis];
  return compute(x.transpose(swapped)).transpose(swapped);
};

/** Before version 13 all axes from the given one on counted as one. */
const softmax = (compute: (x: Tensor) => Tensor): Operator => ({
  inputs: [1, 1],
  attributes: ["axis"],
  prepare({ node, opset }: Setting) {
    return (inputs) => {
      const x = inputs.tensor(0);
      const axis = fromFront(integer(node, "axis", opset < 13 ? 1 : -1), x.rank);
      if (opset < 13) {
        const before = sizeOf(x.shape.slice(0, axis));
        return plain(compute(x.reshape([before, -1])).reshape(x.shape));
      }
      return plain(alongLast(x, axis, compute));
    };
  },
});

const cumulative: Operator = {
  inputs: [2, 2],
  attributes: ["exclusive", "reverse"],
  known: [1],
  prepare({ node }) {
    const [exclusive, reverse] = [integer(node, "exclusive", 0) === 1, integer(node, "reverse", 0) === 1];
    return (inputs) => {
      const x = inputs.tensor(0);
      const axis = fromFront(inputs.numbers(1)[0]!, x.rank);
      // Along another axis than the last its gradient comes back turned
      return plain(alongLast(x, axis, (turned) => turned.cumsum(x.rank - 1, exclusive, reverse)));
    };
  },
};

export const reduction: OperatorTable = {
  CumSum: cumulative,
  ReduceMean: reduce((x, axes, keep) => x.mean(axes, keep)),
  ReduceSum: reduce((x, axes, keep) => x.sum(axes, keep)),
  ReduceMax: reduce((x, axes, keep) => x.max(axes, keep)),
  ReduceMin: reduce((x, axes, keep) => x.min(axes, keep)),
  ReduceSumSquare: reduce((x, axes, keep) => x.square().sum(axes, keep)),
  ReduceL2: reduce((x, axes, keep) => x.square().sum(axes, keep).sqrt()),
  ReduceLogSumExp: reduce((x, axes, keep) => x.logSumExp(axes, keep)),
  Softmax: softmax((x) => x.softmax()),
  LogSoftmax: softmax((x) => x.logSoftmax()),
};
