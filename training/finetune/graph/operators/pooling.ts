/** The largest or the mean number of each window, or of the whole image. */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { integer, integers } from "../../../../shared/onnx/node.ts";
import type { Pair, Window } from "../gradients/gradients.ts";
import { padded } from "../gradients/padded.ts";
import { image, type Kernel, type Operator, type OperatorTable, type Setting, unsupported } from "../operator.ts";
import { channelsLast } from "../value.ts";
import { readWindow, windowAttributes } from "./window.ts";

/** Below all that a network computes, and finite: gradients multiply it by zero. */
const lowest = -3.4e38;

const pool = (name: string, attributes: readonly string[], slide: (setting: Setting) => Slide): Operator => ({
  inputs: [1, 1],
  attributes: ["ceil_mode", ...windowAttributes, ...attributes],
  prepare(setting): Kernel {
    const { node } = setting;
    const rule = readWindow(setting);
    const [height, width] = integers(node, "kernel_shape") ?? [];
    if (!height || !width)
      throw unsupported(node, `${name} without a kernel of height and width`, "those with one are");
    if (rule.dilations.some((step) => step > 1))
      throw unsupported(node, `dilations ${rule.dilations}`, "windows without gaps are");
    const ceil = integer(node, "ceil_mode", 0) === 1;
    const kernel = [height, width] as const;
    const slideOver = slide(setting);
    return (inputs) => {
      const x = inputs.tensor(0, channelsLast) as Tensor4D;
      const window = rule.at([x.shape[1], x.shape[2]], kernel);
      const pads = ceil ? ceiled(x, kernel, window) : window.pads;
      return image(slideOver({ x, kernel, window, pads, wanted: inputs.trains(0) }));
    };
  },
});

type Slide = (over: {
  x: Tensor4D;
  kernel: Pair;
  window: Window;
  /** The window's, and what rounding up adds to them. */
  pads: Window["pads"];
  /** Whether its gradient is. */
  wanted: boolean;
}) => Tensor;

/** Pads that let the last window hang over the end; one that would start beyond the input and the pads before it counts not. */
const ceiled = (x: Tensor4D, kernel: Pair, { strides, pads }: Window): Window["pads"] => {
  const [rows, columns] = ([0, 1] as const).map((place): Pair => {
    const [before, after] = pads[place];
    const size = x.shape[place + 1]!;
    const stride = strides[place];
    let windows = Math.ceil((size + before + after - kernel[place]) / stride) + 1;
    if ((windows - 1) * stride >= size + before) windows--;
    return [before, Math.max(after, (windows - 1) * stride + kernel[place] - size - before)];
  });
  return [rows!, columns!];
};

const averages = ({ node, tf }: Setting): Slide => {
  const countPads = integer(node, "count_include_pad", 0) === 1;
  return ({ x, kernel, window, pads }) => {
    const mean = (of: Tensor4D) => tf.avgPool(of, [...kernel], [...window.strides], "valid");
    const y = mean(padded(x, pads));
    // What rounding up adds is no pad, and never counted
    const counted = countPads
      ? window.pads
      : ([
          [0, 0],
          [0, 0],
        ] as const);
    const rest = pads.map((sides, place) => sides.map((pad, side) => pad - counted[place]![side]!));
    if (rest.flat().every((pad) => pad <= 0)) return y;
    const [, height, width] = padded(tf.zeros([1, x.shape[1], x.shape[2], 1]), counted).shape;
    return y.div(mean(padded(tf.ones([1, height, width, 1]), rest as unknown as Window["pads"])));
  };
};

const whole = (reduce: (x: Tensor) => Tensor): Operator => ({
  inputs: [1, 1],
  prepare: () => (inputs) => image(reduce(inputs.tensor(0, channelsLast))),
});

export const pooling: OperatorTable = {
  MaxPool: pool(
    "MaxPool",
    ["storage_order"],
    ({ gradients }) =>
      ({ x, kernel, window, pads, wanted }) =>
        gradients.maxPool({ tensor: padded(x, pads, lowest), wanted }, kernel, window.strides),
  ),
  AveragePool: pool("AveragePool", ["count_include_pad"], averages),
  GlobalAveragePool: whole((x) => x.mean([1, 2], true)),
  GlobalMaxPool: whole((x) => x.max([1, 2], true)),
};
