/** Tensors put together and taken apart. */
import type { Tensor } from "@tensorflow/tfjs";
import { integer, integers } from "../../../../shared/onnx/node.ts";
import { fromFront, type Inputs, type Operator, type OperatorTable, plain, type Setting } from "../operator.ts";
import { channelsLast, onnx } from "../value.ts";
import { asItIs, placeOf } from "./axes.ts";

const concat: Operator = {
  inputs: [1, Number.POSITIVE_INFINITY],
  attributes: ["axis"],
  prepare({ node, tf, opset }: Setting) {
    const given = integer(node, "axis", opset < 4 ? 1 : 0);
    return (inputs) => {
      const places = Array.from({ length: inputs.count }, (_, place) => place);
      const layout = places.some((place) => inputs.value(place).layout === channelsLast) ? channelsLast : onnx;
      const parts = places.map((place) => inputs.tensor(place, layout));
      const axis = fromFront(given, parts[0]!.rank);
      const most = Math.max(...parts.map((part) => part.shape[0]!));
      // A constant of one photo (a class token) joins each of several
      const spread = parts.map((part, place) =>
        axis > 0 && inputs.constant(place) === false && part.shape[0] === most
          ? part
          : spreadOver(part, axis, inputs, most),
      );
      return { tensor: tf.concat(spread, placeOf(axis, layout)), layout };
    };
  },
};

const spreadOver = (part: Tensor, axis: number, { batch }: Inputs, most: number): Tensor =>
  axis > 0 && batch > 1 && part.shape[0] === 1 && most === batch
    ? part.tile([most, ...Array(part.rank - 1).fill(1)])
    : part;

/** Sizes are an input since version 13, an attribute before; without them the parts are equal, the last perhaps smaller. */
const split: Operator = {
  inputs: [1, 2],
  outputs: Number.POSITIVE_INFINITY,
  attributes: ["axis", "num_outputs", "split"],
  known: [1],
  prepare({ node, tf }) {
    const count = integer(node, "num_outputs", node.output.length);
    return (inputs) => {
      const { tensor, layout } = asItIs(inputs);
      const axis = placeOf(fromFront(integer(node, "axis", 0), tensor.rank), layout);
      const size = tensor.shape[axis]!;
      const each = Math.ceil(size / count);
      const equal = Array.from({ length: count }, (_, part) => Math.min(each, size - part * each));
      const sizes = inputs.has(1) ? [...inputs.numbers(1)] : (integers(node, "split") ?? equal);
      return tf.split(tensor, sizes, axis).map((part) => ({ tensor: part, layout }));
    };
  },
};

const tile: Operator = {
  inputs: [2, 2],
  known: [1],
  prepare: () => (inputs) => plain(inputs.tensor(0).tile([...inputs.numbers(1)])),
};

export const joining: OperatorTable = { Concat: concat, Split: split, Tile: tile };
