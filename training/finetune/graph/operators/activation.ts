/** What stands between the layers. Sources are ONNX' operator definitions. */
import type { Tensor } from "@tensorflow/tfjs";
import { float, text } from "../../../../shared/onnx/node.ts";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Gradients } from "../gradients/gradients.ts";
import { type Inputs, type Operator, type OperatorTable, unsupported } from "../operator.ts";
import type { Value } from "../value.ts";
import { aligned, unary } from "./elementwise.ts";

/** @param defaults of its attributes, all of them floats */
const shaped = <Name extends string>(
  defaults: Record<Name, number>,
  compute: (tf: TensorFlow, x: Tensor, attributes: Record<Name, number>) => Tensor,
): Operator => ({
  inputs: [1, 1],
  attributes: Object.keys(defaults),
  prepare({ node, tf }) {
    const given = { ...defaults };
    for (const name of Object.keys(defaults) as Name[]) given[name] = float(node, name) ?? defaults[name];
    return (inputs) => {
      const { tensor, layout } = inputs.value(0);
      return { tensor: compute(tf, tensor, given), layout };
    };
  },
});

/** Bounds are inputs since version 11, attributes before. */
const clip: Operator = {
  inputs: [1, 3],
  attributes: ["min", "max"],
  known: [1, 2],
  prepare({ node, gradients }) {
    const bounds = [
      float(node, "min") ?? Number.NEGATIVE_INFINITY,
      float(node, "max") ?? Number.POSITIVE_INFINITY,
    ] as const;
    return (inputs) => {
      const [low, high] = bounds.map((bound, at) => (inputs.has(at + 1) ? inputs.numbers(at + 1)[0]! : bound));
      return clamp(gradients, inputs, low!, high!);
    };
  },
};

const clamp = (gradients: Gradients, inputs: Inputs, low: number, high: number): Value => {
  const { tensor, layout } = inputs.value(0);
  return { tensor: gradients.clamp({ tensor, wanted: inputs.trains(0) }, low, high), layout };
};

const prelu: Operator = {
  inputs: [2, 2],
  prepare: () => (inputs) => {
    const { tensors, layout } = aligned(inputs, [0, 1]);
    const [x, slope] = tensors as [Tensor, Tensor];
    return { tensor: x.relu().sub(slope.mul(x.neg().relu())), layout };
  },
};

/** Hendrycks and Gimpel 2016 (arXiv:1606.08415); `tanh` is their approximation. */
const gelu: Operator = {
  inputs: [1, 1],
  attributes: ["approximate"],
  prepare({ node }) {
    const approximate = text(node, "approximate") ?? "none";
    if (approximate !== "none" && approximate !== "tanh")
      throw unsupported(node, `approximate "${approximate}"`, "none, tanh are");
    return (inputs) => {
      const { tensor: x, layout } = inputs.value(0);
      const bend =
        approximate === "none"
          ? x.mul(Math.SQRT1_2).erf()
          : x
              .add(x.pow(3).mul(0.044715))
              .mul(Math.sqrt(2 / Math.PI))
              .tanh();
      return { tensor: x.mul(0.5).mul(bend.add(1)), layout };
    };
  },
};

/** @param finish what becomes of its input and its answer */
const hardSigmoid = (
  defaults: { alpha: number; beta: number },
  attributes: readonly string[],
  finish: (x: Tensor, y: Tensor) => Tensor,
): Operator => ({
  inputs: [1, 1],
  attributes,
  prepare({ node, gradients }) {
    const [alpha, beta] = [float(node, "alpha") ?? defaults.alpha, float(node, "beta") ?? defaults.beta];
    return (inputs) => {
      const { tensor: x, layout } = inputs.value(0);
      const line = { tensor: x.mul(alpha).add(beta), wanted: inputs.trains(0) };
      return { tensor: finish(x, gradients.clamp(line, 0, 1)), layout };
    };
  },
});

export const activation: OperatorTable = {
  Relu: {
    inputs: [1, 1],
    prepare:
      ({ gradients }) =>
      (inputs) =>
        clamp(gradients, inputs, 0, Number.POSITIVE_INFINITY),
  },
  LeakyRelu: shaped({ alpha: 0.01 }, (tf, x, { alpha }) => tf.leakyRelu(x, alpha)),
  PRelu: prelu,
  Elu: shaped({ alpha: 1 }, (_, x, { alpha }) => x.relu().add(x.minimum(0).exp().sub(1).mul(alpha))),
  Selu: shaped({ alpha: 1.6732632423543772, gamma: 1.0507009873554805 }, (_, x, { alpha, gamma }) =>
    x.relu().add(x.minimum(0).exp().sub(1).mul(alpha)).mul(gamma),
  ),
  Celu: shaped({ alpha: 1 }, (_, x, { alpha }) => x.relu().add(x.minimum(0).div(alpha).exp().sub(1).mul(alpha))),
  Sigmoid: unary((_, x) => x.sigmoid()),
  HardSigmoid: hardSigmoid({ alpha: 0.2, beta: 0.5 }, ["alpha", "beta"], (_, y) => y),
  HardSwish: hardSigmoid({ alpha: 1 / 6, beta: 0.5 }, [], (x, y) => x.mul(y)),
  Tanh: unary((_, x) => x.tanh()),
  Erf: unary((_, x) => x.erf()),
  Gelu: gelu,
  Softplus: unary((_, x) => x.softplus()),
  Softsign: unary((_, x) => x.div(x.abs().add(1))),
  Mish: unary((_, x) => x.mul(x.softplus().tanh())),
  Clip: clip,
};
