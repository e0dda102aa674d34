/** Convolutions of images, whole, in groups, or a channel at a time. */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import { integer } from "../../../../shared/onnx/node.ts";
import type { Window } from "../gradients/gradients.ts";
import { image, type OperatorTable, type Setting, unsupported } from "../operator.ts";
import { channelsLast, depthwiseFilter, filter, type Layout, onnx } from "../value.ts";
import { readWindow, windowAttributes } from "./window.ts";

const groupsOf = ({ node }: Setting): number => integer(node, "group", 1);

/** TensorFlow slides depthwise kernels by one stride both ways; where a processor lets oneDNN do it, by any. */
const stridesAlike = ({ strides: [down, along] }: Window): boolean => down === along;

/** A group of one channel has a kernel of its own. @param dims of the weights, outputs x (inputs of a group) x kernel */
const weightLayout = (setting: Setting, dims: readonly number[]): Layout => {
  if (dims.length !== 4)
    throw unsupported(setting.node, `a kernel of ${dims.length - 2} axes`, "those of height and width are");
  const groups = groupsOf(setting);
  return groups > 1 && dims[1] === 1 ? depthwiseFilter(groups) : filter;
};

export const convolution: OperatorTable = {
  Conv: {
    inputs: [2, 3],
    attributes: ["group", ...windowAttributes],
    layoutOf: (setting, place, dims) => (place === 1 ? weightLayout(setting, dims) : onnx),
    prepare(setting) {
      const { tf, gradients } = setting;
      const rule = readWindow(setting);
      const groups = groupsOf(setting);
      return (inputs) => {
        const x = inputs.tensor(0, channelsLast) as Tensor4D;
        const weights = inputs.value(1);
        const layout = weights.layout === onnx ? weightLayout(setting, weights.tensor.shape) : weights.layout;
        const kernel = inputs.tensor(1, layout) as Tensor4D;
        const [height, width] = kernel.shape;
        const window = rule.at([x.shape[1], x.shape[2]], [height, width]);
        const layer = {
          x: { tensor: x, wanted: inputs.trains(0) },
          filter: { tensor: kernel, wanted: inputs.trains(1) },
          bias: inputs.has(2) ? { tensor: inputs.tensor(2) as Tensor1D, wanted: inputs.trains(2) } : undefined,
          window,
        };
        const depthwise = layout !== filter;
        if (depthwise && stridesAlike(window)) return image(gradients.depthwise(layer));
        if (groups === 1) return image(gradients.convolution(layer));
        const parts = tf.split<Tensor4D>(x, groups, 3);
        const kernels = tf.split<Tensor4D>(kernel, groups, depthwise ? 2 : 3);
        const made = parts.map((part, group) =>
          gradients.convolution({
            x: { ...layer.x, tensor: part },
            filter: { ...layer.filter, tensor: kernels[group]! },
            bias: undefined,
            window,
          }),
        );
        const y = tf.concat(made, 3);
        return image(layer.bias ? tf.add(y, layer.bias.tensor) : y);
      };
    },
  },
};
