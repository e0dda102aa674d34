/**
 * How a head's logits mean probabilities. Of photos with one label each: softmax, all labels sharing one. Of photos with any
 * number of labels: a sigmoid each, so that the cross-entropy of a photo is the sum of its labels' binary ones.
 */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Combinations } from "../dataset/dataset.ts";
import type { TensorFlow } from "./tensorflow.ts";

export interface Link {
  /** As people call the loss. */
  loss: string;
  /** As they call the last layer's activation. */
  activation: "softmax" | "sigmoid";
  /**
   * What is to be answered, photos x classes.
   *
   * @param labels of the photos
   * @param smoothing share of a label's probability that is spread over its alternatives (Szegedy et al. 2016)
   */
  targets(tf: TensorFlow, labels: Int32Array, classes: number, smoothing: number): Tensor2D;
  probabilities(logits: Tensor2D): Tensor2D;
  /** Of each photo and class; a row's sum is the photo's cross-entropy with its sign turned. */
  logLikelihood(tf: TensorFlow, logits: Tensor2D, targets: Tensor2D): Tensor2D;
  /** Of each photo: 1 where the answer is right; of several labels the share of them that is. */
  right(logits: Tensor2D, targets: Tensor2D): Tensor1D;
}

export const softmaxLink: Link = {
  loss: "categorical cross-entropy",
  activation: "softmax",
  targets: (tf, labels, classes, smoothing) =>
    tf.tidy(
      () =>
        tf
          .oneHot(tf.tensor1d(labels, "int32"), classes)
          .mul(1 - smoothing)
          .add(smoothing / classes) as Tensor2D,
    ),
  probabilities: (logits) => logits.softmax(),
  logLikelihood: (tf, logits, targets) => targets.mul(tf.logSoftmax(logits)),
  right: (logits, targets) => logits.argMax(1).equal(targets.argMax(1)).toFloat() as Tensor1D,
};

/** @param combinations of labels, which the photos' `labels` point into */
export const sigmoidLink = (combinations: Combinations): Link => ({
  loss: "binary cross-entropy, summed over the labels",
  activation: "sigmoid",
  targets(tf, labels, classes, smoothing) {
    const targets = new Float32Array(labels.length * classes).fill(smoothing / 2);
    for (const [photo, label] of labels.entries())
      for (const shown of combinations[label]!) targets[photo * classes + shown] = 1 - smoothing / 2;
    return tf.tensor2d(targets, [labels.length, classes]);
  },
  probabilities: (logits) => logits.sigmoid(),
  // log(1 - sigmoid(x)) = log(sigmoid(x)) - x, so that no logarithm meets 0
  logLikelihood: (tf, logits, targets) => tf.logSigmoid(logits).sub(tf.sub(1, targets).mul(logits)),
  right: (logits, targets) => logits.greater(0).equal(targets.greater(0.5)).toFloat().mean(1) as Tensor1D,
});
