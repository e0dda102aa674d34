/** Photos on their way through the network: batches to learn from, and all of them to judge it. */
import type { AdamOptimizer, Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { LabelledFeatures } from "../head.ts";
import type { Link } from "../link.ts";
import { type TensorFlow, tidily } from "../tensorflow.ts";
import { drawKept, type Network } from "./network.ts";

/** Photos whose labels are known, as tensors. */
export interface Photos {
  /** Means and mean squares. */
  x: Tensor2D;
  /** A row of probabilities per photo. */
  targets: Tensor2D;
  link: Link;
  /** One per photo, 1 on average. */
  weights: Float32Array;
  dispose(): void;
}

/** @param labelSmoothing share of a label's probability that all labels get alike */
export const openPhotos = (
  tf: TensorFlow,
  { features, labels }: LabelledFeatures,
  classes: number,
  labelSmoothing: number,
  link: Link,
  weights = new Float32Array(labels.length).fill(1),
): Photos => {
  const x = tf.tensor2d(features, [labels.length, features.length / labels.length]);
  const targets = link.targets(tf, labels, classes, labelSmoothing);
  return {
    x,
    targets,
    link,
    weights,
    dispose() {
      x.dispose();
      targets.dispose();
    },
  };
};

/** What a number of photos came to. */
export interface Sums {
  /** Of the photos' cross-entropies. */
  loss: number;
  /** How many were answered with their label. */
  right: number;
}

/** One step of the optimizer. */
export const learnFrom = (
  tf: TensorFlow,
  network: Network,
  optimizer: AdamOptimizer,
  photos: Photos,
  batch: Int32Array,
  dropping: { units: number; dropout: number; next: () => number },
): Sums =>
  tidily(tf, () => {
    const rows = tf.tensor1d(batch, "int32");
    const [x, targets] = [photos.x.gather<Tensor2D>(rows), photos.targets.gather<Tensor2D>(rows)];
    const weights = tf.tensor1d(Float32Array.from(batch, (photo) => photos.weights[photo]!));
    const kept = drawKept(tf, batch.length, dropping.units, dropping.dropout, dropping.next);
    let logits: Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(() => {
      // the tape frees what it does not return
      logits = tf.keep(network.learn(x, kept));
      return tf.mean(crossEntropies(tf, photos.link, targets, logits).mul(weights)) as Scalar;
    }, network.trainable);
    optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
    const right = photos.link.right(logits!, targets).sum().dataSync()[0]!;
    logits!.dispose();
    return { loss: value.dataSync()[0]! * batch.length, right };
  });

/** Mean cross-entropy and accuracy of photos as the trained head would answer them. */
export const judgeBy = (
  tf: TensorFlow,
  network: Network,
  photos: Photos,
  chosen: Int32Array = Int32Array.from(photos.weights.keys()),
): { loss: number; accuracy: number } =>
  tidily(tf, () => {
    const rows = tf.tensor1d(chosen, "int32");
    const logits = network.answer(photos.x.gather<Tensor2D>(rows));
    const targets = photos.targets.gather<Tensor2D>(rows);
    const loss = crossEntropies(tf, photos.link, targets, logits).mean().dataSync()[0]!;
    return { loss, accuracy: photos.link.right(logits, targets).sum().dataSync()[0]! / chosen.length };
  });

const crossEntropies = (tf: TensorFlow, link: Link, targets: Tensor2D, logits: Tensor2D) =>
  link.logLikelihood(tf, logits, targets).sum(1).neg();
