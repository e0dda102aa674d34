/** Normalisation by stored statistics, or by those of each photo. */
import type { Tensor } from "@tensorflow/tfjs";
import { float, integer } from "../../../../shared/onnx/node.ts";
import { fromFront, type Inputs, image, type OperatorTable, plain, unsupported } from "../operator.ts";
import { channelsLast } from "../value.ts";

/** Vectors with a number per channel, shaped to meet axis 1 of a tensor of `rank` axes. */
const perChannel = (inputs: Inputs, places: readonly number[], rank: number): Tensor[] =>
  places.map((place) => inputs.tensor(place).reshape([-1, ...Array(rank - 2).fill(1)]));

const normalised = (x: Tensor, axes: number[], epsilon: number): Tensor => {
  const centred = x.sub(x.mean(axes, true));
  return centred.mul(centred.square().mean(axes, true).add(epsilon).rsqrt());
};

export const normalization: OperatorTable = {
  /** By the stored mean and variance, in training too: few photos of one's own have worse statistics than ImageNet. */
  BatchNormalization: {
    inputs: [5, 5],
    attributes: ["epsilon", "momentum", "spatial", "training_mode"],
    prepare({ node }) {
      const epsilon = float(node, "epsilon") ?? 1e-5;
      if (integer(node, "training_mode", 0) !== 0)
        throw unsupported(node, "training_mode 1", "export the model for inference");
      if (integer(node, "spatial", 1) !== 1) throw unsupported(node, "spatial 0", "export it with a newer opset");
      return (inputs) => {
        const { rank } = inputs.value(0).tensor;
        const maps = rank === 4;
        const x = maps ? inputs.tensor(0, channelsLast) : inputs.tensor(0);
        const numbers = perChannel(inputs, [1, 2, 3, 4], maps ? 2 : rank);
        const [weight, bias, mean, variance] = numbers as [Tensor, Tensor, Tensor, Tensor];
        const scale = weight.mul(variance.add(epsilon).rsqrt());
        const y = x.mul(scale).add(bias.sub(mean.mul(scale)));
        return maps ? image(y) : plain(y);
      };
    },
  },
  LayerNormalization: {
    inputs: [2, 3],
    attributes: ["axis", "epsilon", "stash_type"],
    prepare({ node }) {
      const epsilon = float(node, "epsilon") ?? 1e-5;
      return (inputs) => {
        const x = inputs.tensor(0);
        const first = fromFront(integer(node, "axis", -1), x.rank);
        const axes = Array.from({ length: x.rank - first }, (_, at) => first + at);
        const y = normalised(x, axes, epsilon).mul(inputs.tensor(1));
        return plain(inputs.has(2) ? y.add(inputs.tensor(2)) : y);
      };
    },
  },
  InstanceNormalization: {
    inputs: [3, 3],
    attributes: ["epsilon"],
    prepare({ node }) {
      const epsilon = float(node, "epsilon") ?? 1e-5;
      return (inputs) => {
        const x = inputs.tensor(0);
        const axes = Array.from({ length: x.rank - 2 }, (_, at) => at + 2);
        const [weight, bias] = perChannel(inputs, [1, 2], x.rank) as [Tensor, Tensor];
        return plain(normalised(x, axes, epsilon).mul(weight).add(bias));
      };
    },
  },
};
