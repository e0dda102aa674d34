/**
 * The article's head as operations: BatchNormalization → GlobalAveragePooling → Dense, relu → BatchNormalization → Dropout →
 * Dense. It stands on the pooled mean and mean square of each channel instead of on the feature map: a normalised map's mean is
 * the normalised mean, and the variance that normalises it over photos and places is mean(x²) - mean(x)².
 */
import type { Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs";
import { drawBy } from "../../seeded.ts";
import type { Dense } from "../head.ts";
import type { TensorFlow } from "../tensorflow.ts";

/** Keras' defaults of BatchNormalization. */
const momentum = 0.99;
const epsilon = 1e-3;

/** What is learned, and the moving averages that stand in for a batch's statistics once it is. */
const learned = ["scale1", "shift1", "weights1", "bias1", "scale2", "shift2", "weights2", "bias2"] as const;
const averaged = ["mean1", "variance1", "mean2", "variance2"] as const;
export const names = [...learned, ...averaged] as const;
type Name = (typeof names)[number];

export type Numbers = Record<Name, Float32Array>;

export interface Shape {
  channels: number;
  units: number;
  classes: number;
}

/** Keras' initial values: Glorot's uniform weights (Glorot and Bengio 2010), seeded. */
export const initialNumbers = ({ channels, units, classes }: Shape, seed: number): Numbers => {
  const fill = (length: number, value: number) => new Float32Array(length).fill(value);
  return {
    scale1: fill(channels, 1),
    shift1: fill(channels, 0),
    weights1: glorot(channels, units, `${seed} weights1`),
    bias1: fill(units, 0),
    scale2: fill(units, 1),
    shift2: fill(units, 0),
    weights2: glorot(units, classes, `${seed} weights2`),
    bias2: fill(classes, 0),
    mean1: fill(channels, 0),
    variance1: fill(channels, 1),
    mean2: fill(units, 0),
    variance2: fill(units, 1),
  };
};

const glorot = (inputs: number, outputs: number, key: string): Float32Array => {
  const limit = Math.sqrt(6 / (inputs + outputs));
  const next = drawBy(key);
  return Float32Array.from({ length: inputs * outputs }, () => (2 * next() - 1) * limit);
};

export interface Network {
  variables: Record<Name, Variable>;
  trainable: Variable[];
  /** Logits of a batch, as while learning: by its own statistics, which move the averages, and with units dropped. */
  learn(x: Tensor2D, kept: Tensor2D): Tensor2D;
  /** Logits as the trained head gives them. */
  answer(x: Tensor2D): Tensor2D;
  dispose(): void;
}

export const buildNetwork = (tf: TensorFlow, { channels, units, classes }: Shape, numbers: Numbers): Network => {
  const shapes: Partial<Record<Name, [number, number]>> = { weights1: [channels, units], weights2: [units, classes] };
  const trains: readonly Name[] = learned;
  const variables = Object.fromEntries(
    names.map((name) => {
      const values = numbers[name];
      const tensor = tf.tensor(values, shapes[name] ?? [values.length]);
      const variable = tf.variable(tensor, trains.includes(name));
      tensor.dispose();
      return [name, variable];
    }),
  ) as Record<Name, Variable>;
  const of = <Kind>(name: Name) => variables[name] as unknown as Kind;
  const halves = (x: Tensor2D): [Tensor2D, Tensor2D] => [
    x.slice([0, 0], [-1, channels]),
    x.slice([0, channels], [-1, channels]),
  ];
  const normalise = (x: Tensor2D, mean: Tensor1D, variance: Tensor1D, layer: 1 | 2): Tensor2D =>
    x
      .sub<Tensor2D>(mean)
      .div<Tensor2D>(variance.add(epsilon).sqrt())
      .mul<Tensor2D>(of<Tensor1D>(`scale${layer}`))
      .add(of<Tensor1D>(`shift${layer}`));
  const average = (name: Name, now: Tensor1D): void => {
    const { [name]: variable } = variables;
    variable.assign(variable.mul(momentum).add(now.mul(1 - momentum)));
  };
  const dense = (x: Tensor2D, layer: 1 | 2): Tensor2D =>
    x.matMul<Tensor2D>(of<Tensor2D>(`weights${layer}`)).add(of<Tensor1D>(`bias${layer}`));

  return {
    variables,
    trainable: learned.map((name) => variables[name]),
    learn(x, kept) {
      const [means, squares] = halves(x);
      const mean1 = means.mean<Tensor1D>(0);
      // rounding may bring a constant channel's below zero
      const variance1 = squares.mean<Tensor1D>(0).sub<Tensor1D>(mean1.square()).relu<Tensor1D>();
      const hidden = dense(normalise(means, mean1, variance1, 1), 1).relu<Tensor2D>();
      const mean2 = hidden.mean<Tensor1D>(0);
      const variance2 = hidden.sub(mean2).square().mean<Tensor1D>(0);
      average("mean1", mean1);
      average("variance1", variance1);
      average("mean2", mean2);
      average("variance2", variance2);
      return dense(normalise(hidden, mean2, variance2, 2).mul<Tensor2D>(kept), 2);
    },
    answer(x) {
      const [means] = halves(x);
      const hidden = dense(normalise(means, of("mean1"), of("variance1"), 1), 1).relu<Tensor2D>();
      return dense(normalise(hidden, of("mean2"), of("variance2"), 2), 2);
    },
    dispose() {
      for (const name of names) variables[name].dispose();
    },
  };
};

/** The two layers that say what the network answers, each normalisation folded into the layer after it. */
export const foldNetwork = (
  numbers: Numbers,
  { channels, units, classes }: Shape,
): { hidden: Dense; output: Dense } => ({
  hidden: foldLayer(numbers, 1, channels, units),
  output: foldLayer(numbers, 2, units, classes),
});

const foldLayer = (numbers: Numbers, layer: 1 | 2, inputs: number, outputs: number): Dense => {
  const [scale, shift, mean, variance, weights] = (["scale", "shift", "mean", "variance", "weights"] as const).map(
    (what) => numbers[`${what}${layer}`],
  ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const folded = new Float32Array(inputs * outputs);
  const bias = Float64Array.from(numbers[`bias${layer}`]);
  for (let input = 0; input < inputs; input++) {
    const factor = scale[input]! / Math.sqrt(variance[input]! + epsilon);
    const offset = shift[input]! - mean[input]! * factor;
    for (let output = 0; output < outputs; output++) {
      const weight = weights[input * outputs + output]!;
      folded[output * inputs + input] = weight * factor;
      bias[output]! += weight * offset;
    }
  }
  return { weights: folded, bias: Float32Array.from(bias) };
};

/** 0 for a dropped unit, 1 / (1 - dropout) for one that is kept (inverted dropout). */
export const drawKept = (
  tf: TensorFlow,
  photos: number,
  units: number,
  dropout: number,
  next: () => number,
): Tensor2D => {
  const kept = Float32Array.from({ length: photos * units }, () => (next() < dropout ? 0 : 1 / (1 - dropout)));
  return tf.tensor2d(kept, [photos, units]);
};
