/** A batch on its way through the network: a step of the optimizer; and photos judged as the network answers them. */
import type { AdamOptimizer, Scalar, Tensor2D, Variable } from "@tensorflow/tfjs";
import { fitTemperature, nllsAt } from "../head/calibrate.ts";
import { type TensorFlow, tidily } from "../head/tensorflow.ts";
import { best } from "../metrics/predictions.ts";
import type { Looks } from "./looks.ts";
import { type Mix, mixed } from "./mixup.ts";
import type { Network } from "./network.ts";

/** Photos by their places, and the label of each. */
export interface Labelled {
  photos: Int32Array;
  labels: Int32Array;
}

export interface Targets {
  labels: Int32Array;
  weights: Float32Array;
  classes: number;
  labelSmoothing: number;
  mix: Mix;
}

/** One step of the optimizer. */
export const learnFrom = (
  tf: TensorFlow,
  network: Network,
  variables: Variable[],
  { adam, rate }: { adam: AdamOptimizer; rate: number },
  rows: Float32Array,
  { labels, weights, classes, labelSmoothing, mix }: Targets,
): { loss: number; right: number } =>
  tidily(tf, () => {
    const { answers: run } = network.open(mixed(rows, mix));
    const weighted = Float32Array.from({ length: labels.length * classes }, (_, at) => {
      const photo = Math.floor(at / classes);
      return weights[photo]! * (labelSmoothing / classes + (at % classes === labels[photo] ? 1 - labelSmoothing : 0));
    });
    const targets = tf.tensor2d(mixed(weighted, mix), [labels.length, classes]);
    let logits: Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(() => {
      // the tape frees what it does not return
      logits = tf.keep(run());
      return targets.mul(tf.logSoftmax(logits)).sum(1).neg().mean() as Scalar;
    }, variables);
    // read at each step; there is no setter
    (adam as unknown as { learningRate: number }).learningRate = rate;
    adam.applyGradients(variables.map(({ name }) => ({ name, tensor: grads[name]! })));
    const answers = logits!.argMax(1).dataSync();
    logits!.dispose();
    return {
      loss: value.dataSync()[0]! * labels.length,
      // of what is mixed the larger part is right
      right: labels.filter((label, at) => answers[at] === (mix.share >= 0.5 ? label : labels[mix.partners[at]!]))
        .length,
    };
  });

export interface Verdict {
  /** Mean cross-entropy. */
  loss: number;
  /** Of each photo, by the temperature that suits these photos best: a model is published with one. */
  calibrated: readonly number[];
  accuracy: number;
}

/** Photos by their plain looks. */
export const judgeBy = async (
  network: Network,
  looks: Looks,
  { photos, labels }: Labelled,
  size: number,
): Promise<Verdict> => {
  const answers: Float32Array[] = [];
  for await (const rows of looks.batches(photos, 0, size)) answers.push(...network.answer(rows));
  return {
    loss: nllsAt(answers, labels, 1).reduce((sum, nll) => sum + nll, 0) / answers.length,
    calibrated: nllsAt(answers, labels, fitTemperature(answers, labels)),
    accuracy: answers.filter((logits, at) => best(logits) === labels[at]).length / answers.length,
  };
};
