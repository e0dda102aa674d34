/**
 * Softmax regression's loss and its gradient, on TensorFlow.js: for features X (photos x channels), labels' probabilities Y,
 * photos' weights D (a diagonal) and P = softmax(X · W + b), the loss is the weighted mean cross-entropy of P and Y plus
 * penalty · ||W||², its gradient by W is Xᵀ · D · (P - Y) / photos + 2 · penalty · W, and by b the column sums of
 * D · (P - Y) / photos.
 */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { LabelledFeatures } from "./head.ts";
import type { Evaluation } from "./lbfgs.ts";
import { type TensorFlow, tidily } from "./tensorflow.ts";

/** What a head says of photos whose labels are known. */
export interface Judged {
  /** Mean cross-entropy, without the penalty. */
  loss: number;
  accuracy: number;
}

export interface SoftmaxRegression {
  /** @param point the weights, channels x classes, row by row, then a bias per class */
  evaluate(point: Float32Array): Evaluation & Judged;
  judge(point: Float32Array): Judged;
  dispose(): void;
}

export interface Weighing {
  penalty?: number;
  /** One per photo, 1 on average; all alike by default. */
  weights?: Float32Array;
  /** Share of a label's probability that all labels get alike. */
  labelSmoothing?: number;
}

export const softmaxRegression = (
  tf: TensorFlow,
  { features, labels }: LabelledFeatures,
  classes: number,
  { penalty = 0, weights: photoWeights = new Float32Array(labels.length).fill(1), labelSmoothing = 0 }: Weighing = {},
): SoftmaxRegression => {
  const photos = labels.length;
  const channels = features.length / photos;
  const x = tf.tensor2d(features, [photos, channels]);
  // multiplying by a transposed matrix is ten times as fast on wasm as having it transposed on the way
  const transposed = x.transpose<Tensor2D>();
  const weighed = tf.tensor2d(photoWeights, [photos, 1]);
  const truth = tf.tidy(
    () =>
      tf
        .oneHot(tf.tensor1d(labels, "int32"), classes)
        .mul(1 - labelSmoothing)
        .add(labelSmoothing / classes) as Tensor2D,
  );

  const logitsOf = (point: Float32Array): Tensor2D => {
    const weights = tf.tensor2d(point.subarray(0, channels * classes), [channels, classes]);
    return x.matMul<Tensor2D>(weights).add<Tensor2D>(tf.tensor1d(point.subarray(channels * classes)));
  };
  const judgeLogits = (logits: Tensor2D): Judged => ({
    loss: truth.mul(tf.logSoftmax(logits)).mul(weighed).sum().dataSync()[0]! / -photos,
    accuracy: logits.argMax(1).equal(truth.argMax(1)).toFloat().mean().dataSync()[0]!,
  });

  return {
    judge: (point) => tidily(tf, () => judgeLogits(logitsOf(point))),
    evaluate(point) {
      const weights = point.subarray(0, channels * classes);
      const gradient = new Float32Array(point.length);
      const judged = tidily(tf, () => {
        const logits = logitsOf(point);
        const off = logits.softmax().sub<Tensor2D>(truth).mul<Tensor2D>(weighed).div<Tensor2D>(photos);
        gradient.set(transposed.matMul<Tensor2D>(off).dataSync());
        gradient.set(off.sum<Tensor1D>(0).dataSync(), weights.length);
        return judgeLogits(logits);
      });
      let squares = 0;
      for (const [at, weight] of weights.entries()) {
        gradient[at]! += 2 * penalty * weight;
        squares += weight * weight;
      }
      return { ...judged, value: judged.loss + penalty * squares, gradient };
    },
    dispose() {
      x.dispose();
      transposed.dispose();
      weighed.dispose();
      truth.dispose();
    },
  };
};
