/**
 * What flows through a graph: tensors, and in which order their axes lie. ONNX puts an image's channels first, TensorFlow.js'
 * kernels want them last. A tensor keeps the order it was made in until an operator needs another, so that a chain of
 * convolutions turns its axes once, at its start.
 */
import type { Tensor } from "@tensorflow/tfjs";

export interface Layout {
  /** Two layouts of one name are the same. */
  name: string;
  fromOnnx(tensor: Tensor): Tensor;
  toOnnx(tensor: Tensor): Tensor;
}

export interface Value {
  tensor: Tensor;
  layout: Layout;
}

/** As ONNX writes it. */
export const onnx: Layout = { name: "onnx", fromOnnx: (tensor) => tensor, toOnnx: (tensor) => tensor };

/** Turns axes; a reshape, which copies nothing, where no two axes longer than 1 change their order. */
export const transposed = (tensor: Tensor, order: readonly number[]): Tensor => {
  const long = order.filter((axis) => tensor.shape[axis] !== 1);
  const kept = long.every((axis, place) => place === 0 || axis > long[place - 1]!);
  return kept ? tensor.reshape(order.map((axis) => tensor.shape[axis]!)) : tensor.transpose([...order]);
};

/** Photos x height x width x channels, of ONNX' photos x channels x height x width. */
export const channelsLast: Layout = {
  name: "channels last",
  fromOnnx: (tensor) => transposed(tensor, [0, 2, 3, 1]),
  toOnnx: (tensor) => transposed(tensor, [0, 3, 1, 2]),
};

/** Where ONNX' axes of an image lie when its channels are last. */
export const placeWhenLast = [0, 3, 1, 2] as const;

/** Height x width x inputs x outputs, of ONNX' outputs x inputs x height x width. */
export const filter: Layout = {
  name: "filter",
  fromOnnx: (tensor) => transposed(tensor, [2, 3, 1, 0]),
  toOnnx: (tensor) => transposed(tensor, [3, 2, 0, 1]),
};

/** Height x width x channels x (outputs per channel), of ONNX' outputs x 1 x height x width. */
export const depthwiseFilter = (channels: number): Layout => ({
  name: `depthwise filter of ${channels}`,
  fromOnnx(tensor) {
    const [outputs = 1, , height = 1, width = 1] = tensor.shape;
    return transposed(tensor.reshape([channels, outputs / channels, height, width]), [2, 3, 0, 1]);
  },
  toOnnx(tensor) {
    const [height = 1, width = 1, , multiplier = 1] = tensor.shape;
    return transposed(tensor, [2, 3, 0, 1]).reshape([channels * multiplier, 1, height, width]);
  },
});

export const inLayout = ({ tensor, layout }: Value, wanted: Layout): Tensor =>
  layout.name === wanted.name ? tensor : wanted.fromOnnx(layout.toOnnx(tensor));

/** The shape that ONNX sees. */
export const shapeInOnnx = ({ tensor, layout }: Value): readonly number[] =>
  layout === channelsLast ? [0, 3, 1, 2].map((axis) => tensor.shape[axis]!) : layout.toOnnx(tensor).shape;
