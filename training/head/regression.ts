/**
 * The loss of regression on labels and its gradient, on TensorFlow.js: for features X (photos x channels), labels'
 * probabilities Y, photos' weights D (a diagonal) and P = softmax(X · W + b), or the sigmoid of it (link.ts; the gradient is the
 * same), the loss is the weighted mean cross-entropy of P and Y plus penalty · ||W||², its gradient by W is Xᵀ · D · (P - Y) / photos + 2 · penalty · W, and by b the column sums of
 * D · (P - Y) / photos.
 */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { LabelledFeatures } from "./head.ts";
import type { Evaluation } from "./lbfgs.ts";
import { type Link, softmaxLink } from "./link.ts";
import { type TensorFlow, tidily } from "./tensorflow.ts";

/** What a head says of photos whose labels are known. */
export interface Judged {
  /** Mean cross-entropy, without the penalty. */
  loss: number;
  accuracy: number;
}

export interface Regression {
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

export const openRegression = (
  tf: TensorFlow,
  { features, labels }: LabelledFeatures,
  classes: number,
  weighing: Weighing = {},
  link: Link = softmaxLink,
): Regression => {
  const { penalty = 0, labelSmoothing = 0 } = weighing;
  const photos = labels.length;
  const channels = features.length / photos;
  const x = tf.tensor2d(features, [photos, channels]);
  // multiplying by a transposed matrix is ten times as fast on wasm as having it transposed on the way
  const transposed = x.transpose<Tensor2D>();
  const weighed = tf.tensor2d(weighing.weights ?? new Float32Array(photos).fill(1), [photos, 1]);
  const truth = link.targets(tf, labels, classes, labelSmoothing);

  const logitsOf = (point: Float32Array): Tensor2D => {
    const weights = tf.tensor2d(point.subarray(0, channels * classes), [channels, classes]);
    return x.matMul<Tensor2D>(weights).add<Tensor2D>(tf.tensor1d(point.subarray(channels * classes)));
  };
  const judgeLogits = (logits: Tensor2D): Judged => ({
    loss: link.logLikelihood(tf, logits, truth).mul(weighed).sum().dataSync()[0]! / -photos,
    accuracy: link.right(logits, truth).mean().dataSync()[0]!,
  });

  return {
    judge: (point) => tidily(tf, () => judgeLogits(logitsOf(point))),
    evaluate(point) {
      const weights = point.subarray(0, channels * classes);
      const gradient = new Float32Array(point.length);
      const judged = tidily(tf, () => {
        const logits = logitsOf(point);
        const off = link.probabilities(logits).sub<Tensor2D>(truth).mul<Tensor2D>(weighed).div<Tensor2D>(photos);
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
