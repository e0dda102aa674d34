/** Operators that look at one number of each operand at a time; shapes broadcast as NumPy's do. */
import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../../../head/tensorflow.ts";
import type { Inputs, Operator, OperatorTable } from "../operator.ts";
import { channelsLast, type Layout, onnx, type Value } from "../value.ts";

/**
 * Operands brought to one layout: channels last, where one of them is so and the others can be.
 * @param places of the operands among the inputs
 */
export const aligned = (inputs: Inputs, places: readonly number[]): { tensors: Tensor[]; layout: Layout } => {
  const values = places.map((place) => inputs.value(place));
  const last = values.some(({ layout }) => layout.name === channelsLast.name);
  const layout = last && values.every(({ tensor }) => tensor.rank <= 4) ? channelsLast : onnx;
  if (layout === onnx) return { layout, tensors: values.map(({ tensor, layout }) => layout.toOnnx(tensor)) };
  return { layout, tensors: values.map(lastOf) };
};

/** Axes that broadcasting adds stand before the others, so they must be there before any are turned. */
const lastOf = ({ tensor, layout }: Value): Tensor => {
  if (layout.name === channelsLast.name || tensor.size === 1) return tensor;
  const plain = layout.toOnnx(tensor);
  return channelsLast.fromOnnx(plain.reshape([...Array(4 - plain.rank).fill(1), ...plain.shape]));
};

export const unary = (compute: (tf: TensorFlow, x: Tensor) => Tensor): Operator => ({
  inputs: [1, 1],
  prepare:
    ({ tf }) =>
    (inputs) => {
      const { tensor, layout } = inputs.value(0);
      return { tensor: compute(tf, tensor), layout };
    },
});

const binary = (compute: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor): Operator => ({
  inputs: [2, 2],
  prepare:
    ({ tf }) =>
    (inputs) => {
      const { tensors, layout } = aligned(inputs, [0, 1]);
      return { tensor: compute(tf, tensors[0]!, tensors[1]!), layout };
    },
});

/** Truth, which no gradient passes: TensorFlow.js would look for one. */
const truth = (compute: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor): Operator =>
  binary((tf, a, b) => tf.customGrad(() => ({ value: compute(tf, a, b), gradFunc: () => [] }))());

/** Of any number of operands. */
const folded = (
  compute: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor,
  finish: (result: Tensor, count: number) => Tensor = (result) => result,
): Operator => ({
  inputs: [1, Number.POSITIVE_INFINITY],
  prepare:
    ({ tf }) =>
    (inputs) => {
      const { tensors, layout } = aligned(
        inputs,
        Array.from({ length: inputs.count }, (_, place) => place),
      );
      return {
        tensor: finish(
          tensors.reduce((a, b) => compute(tf, a, b)),
          tensors.length,
        ),
        layout,
      };
    },
});

/** Exponents that stay the same take the shorter way, which also has a gradient at zero. */
const power: Operator = {
  inputs: [2, 2],
  prepare:
    ({ tf }) =>
    (inputs) => {
      const { tensors, layout } = aligned(inputs, [0, 1]);
      const [base, exponent] = tensors as [Tensor, Tensor];
      const known = inputs.constant(1) && exponent.size === 1 ? exponent.dataSync()[0] : undefined;
      if (known === 2) return { tensor: base.square(), layout };
      if (known === 0.5) return { tensor: base.sqrt(), layout };
      return { tensor: tf.pow(base, exponent), layout };
    },
};

const where: Operator = {
  inputs: [3, 3],
  prepare:
    ({ tf }) =>
    (inputs) => {
      const { tensors, layout } = aligned(inputs, [0, 1, 2]);
      const [condition, a, b] = tensors as [Tensor, Tensor, Tensor];
      return { tensor: tf.where(condition.cast("bool"), a, b), layout };
    },
};

export const elementwise: OperatorTable = {
  Add: binary((tf, a, b) => tf.add(a, b)),
  Sub: binary((tf, a, b) => tf.sub(a, b)),
  Mul: binary((tf, a, b) => tf.mul(a, b)),
  Div: binary((tf, a, b) => tf.div(a, b)),
  Pow: power,
  Min: folded((tf, a, b) => tf.minimum(a, b)),
  Max: folded((tf, a, b) => tf.maximum(a, b)),
  Sum: folded((tf, a, b) => tf.add(a, b)),
  Mean: folded(
    (tf, a, b) => tf.add(a, b),
    (result, count) => result.div(count),
  ),
  Neg: unary((_, x) => x.neg()),
  Abs: unary((_, x) => x.abs()),
  Sqrt: unary((_, x) => x.sqrt()),
  Exp: unary((_, x) => x.exp()),
  Log: unary((_, x) => x.log()),
  Reciprocal: unary((_, x) => x.reciprocal()),
  Sin: unary((_, x) => x.sin()),
  Cos: unary((_, x) => x.cos()),
  Floor: unary((_, x) => x.floor()),
  Ceil: unary((_, x) => x.ceil()),
  Round: unary((_, x) => x.round()),
  Sign: unary((_, x) => x.sign()),
  Equal: truth((tf, a, b) => tf.equal(a, b)),
  Greater: truth((tf, a, b) => tf.greater(a, b)),
  GreaterOrEqual: truth((tf, a, b) => tf.greaterEqual(a, b)),
  Less: truth((tf, a, b) => tf.less(a, b)),
  LessOrEqual: truth((tf, a, b) => tf.lessEqual(a, b)),
  And: binary((tf, a, b) => tf.logicalAnd(a, b)),
  Or: binary((tf, a, b) => tf.logicalOr(a, b)),
  Not: unary((_, x) => x.logicalNot()),
  Where: where,
};
