/** The same numbers in another shape or order. */
import type { Tensor } from "@tensorflow/tfjs";
import { describeNode, integer, integers } from "../../../../shared/onnx/node.ts";
import { DataType } from "../../../../shared/onnx/tensor.ts";
import { broadcast, sizeOf } from "../dims.ts";
import { fromFront, type Inputs, image, type Operator, type OperatorTable, plain, unsupported } from "../operator.ts";
import { channelsLast, placeWhenLast, transposed } from "../value.ts";

/**
 * A shape that was written down when the graph was exported for one photo, for several: each photo's numbers lie together, so
 * that the first side grows with their number. Where it follows from other shapes the first side may have grown already;
 * a 1 has not.
 */
const forBatch = (inputs: Inputs, size: number, shape: readonly number[]): number[] => {
  const [first, ...rest] = shape as [number, ...number[]];
  if (inputs.batch === 1 || first === -1) return [...shape];
  const grows = rest.includes(-1) ? first === 1 || inputs.constant(1) : sizeOf(shape) * inputs.batch === size;
  return grows ? [first * inputs.batch, ...rest] : [...shape];
};

const reshape: Operator = {
  inputs: [2, 2],
  attributes: ["allowzero"],
  known: [1],
  prepare({ node }) {
    const zeroCopies = integer(node, "allowzero", 0) === 0;
    return (inputs) => {
      const x = inputs.tensor(0);
      // A copied first side already counts the photos
      const asked = inputs.numbers(1);
      const copied = zeroCopies && asked[0] === 0;
      const sides = asked.map((side, axis) => (side === 0 && zeroCopies ? x.shape[axis]! : side));
      const shape = copied ? sides : forBatch(inputs, x.size, sides);
      if (!shape.includes(-1) && sizeOf(shape) !== x.size)
        throw new Error(`a tensor of shape [${x.shape}] has no shape [${shape}]`);
      return plain(x.reshape(shape));
    };
  },
};

const flatten: Operator = {
  inputs: [1, 1],
  attributes: ["axis"],
  prepare:
    ({ node }) =>
    (inputs) => {
      const x = inputs.tensor(0);
      const axis = fromFront(integer(node, "axis", 1), x.rank);
      return plain(x.reshape([sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]));
    },
};

/** Costs nothing where it only turns what ONNX calls an image into channels last, or back. */
const transpose: Operator = {
  inputs: [1, 1],
  attributes: ["perm"],
  prepare({ node }) {
    const given = integers(node, "perm");
    return (inputs) => {
      const { tensor, layout } = inputs.value(0);
      const order = given ?? Array.from({ length: tensor.rank }, (_, axis) => tensor.rank - 1 - axis);
      if (layout === channelsLast)
        return plain(
          transposed(
            tensor,
            order.map((axis) => placeWhenLast[axis]!),
          ),
        );
      if (order.length === 4 && placeWhenLast.every((axis, place) => order[place] === axis))
        return image(inputs.tensor(0).clone());
      return plain(transposed(inputs.tensor(0), order));
    };
  },
};

/** Axes are an input since version 13, an attribute before. */
const axesOf = (node: Parameters<Operator["prepare"]>[0]["node"], inputs: Inputs): readonly number[] | undefined =>
  inputs.has(1) ? inputs.numbers(1) : integers(node, "axes");

const squeeze: Operator = {
  inputs: [1, 2],
  attributes: ["axes"],
  known: [1],
  prepare:
    ({ node }) =>
    (inputs) => {
      const x = inputs.tensor(0);
      const axes = axesOf(node, inputs)?.map((axis) => fromFront(axis, x.rank));
      const gone = axes ?? x.shape.flatMap((side, axis) => (side === 1 ? [axis] : []));
      const long = gone.find((axis) => x.shape[axis] !== 1);
      if (long !== undefined) throw new Error(`axis ${long} of shape [${x.shape}] is no 1 that can be left out`);
      return plain(x.reshape(x.shape.filter((_, axis) => !gone.includes(axis))));
    },
};

const unsqueeze: Operator = {
  inputs: [1, 2],
  attributes: ["axes"],
  known: [1],
  prepare({ node }) {
    return (inputs) => {
      const x = inputs.tensor(0);
      const axes = axesOf(node, inputs);
      if (!axes) throw new Error(`${describeNode(node)} has no axes`);
      const rank = x.rank + axes.length;
      const added = axes.map((axis) => fromFront(axis, rank));
      const rest = [...x.shape];
      return plain(x.reshape(Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : rest.shift()!))));
    };
  },
};

const expand: Operator = {
  inputs: [2, 2],
  known: [1],
  prepare: () => (inputs) => {
    const x = inputs.tensor(0);
    const dims = broadcast(x.shape, inputs.numbers(1));
    return plain(x.reshape([...Array(dims.length - x.rank).fill(1), ...x.shape]).broadcastTo(dims));
  },
};

const unchanged = (most: number, attributes: readonly string[] = []): Operator => ({
  inputs: [1, most],
  attributes,
  prepare: () => (inputs) => inputs.value(0),
});

const kinds = new Map([
  [DataType.FLOAT, "float32"],
  [DataType.FLOAT16, "float32"],
  [DataType.DOUBLE, "float32"],
  [DataType.INT32, "int32"],
  [DataType.INT64, "int32"],
  [DataType.BOOL, "bool"],
] as const);

/** Half precision and doubles are computed in float32, int64 in int32. */
const cast: Operator = {
  inputs: [1, 1],
  attributes: ["to", "saturate"],
  prepare({ node }) {
    const to = integer(node, "to", DataType.FLOAT) as DataType;
    const kind = kinds.get(to as typeof DataType.FLOAT);
    if (!kind)
      throw unsupported(
        node,
        `the type ${DataType[to]}`,
        `${[...kinds.keys()].map((one) => DataType[one]).join(", ")} are`,
      );
    return (inputs) => {
      const { tensor, layout } = inputs.value(0);
      return { tensor: tensor.dtype === kind ? tensor : (tensor.cast(kind) as Tensor), layout };
    };
  },
};

export const shape: OperatorTable = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Identity: unchanged(1),
  /** Drops nothing: the graph is the one that is served. */
  Dropout: unchanged(3, ["ratio", "seed", "training_mode"]),
  Cast: cast,
};
