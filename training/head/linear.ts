/**
 * The linear head: softmax regression on pooled features, with the convex loss of scikit-learn's LogisticRegression,
 *
 *   mean cross-entropy + ||W||² / (2 · strength · photos)
 *
 * by gradient descent with Nesterov's momentum from zero, its step falling along half a cosine, stopped where the validation
 * loss is lowest. Adam with the same patience was as accurate (dogs .923 to .927, flowers .861 to .860: no difference that so
 * few photos can show), but its learning rate has to be guessed anew for each backbone; here the features' curvature says it.
 * Features are centred first, which the bias takes back: the loss stays the same, the way is shorter.
 */
import { setImmediate } from "node:timers/promises";
import type { Scalar, Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs";
import { z } from "zod";
import type { Cache } from "../cache.ts";
import { batchesOf, batchesPerEpoch } from "./batches.ts";
import { biasOnPlain, centre, meanOf } from "./centre.ts";
import { numbersOf, openCheckpoint, restore } from "./checkpoint.ts";
import { curvatureOf } from "./curvature.ts";
import { requireFastBackend, type TensorFlow } from "./tensorflow.ts";

/** Features and labels of one part of the photos. */
export interface LabelledFeatures {
  /** photos x channels, row by row. */
  features: Float32Array;
  /** Index of each photo's label. */
  labels: Int32Array;
}

/** A row of history.csv. */
export type Epoch = z.infer<typeof epochSchema>;

const epochSchema = z.object({
  epoch: z.int(),
  /** Mean cross-entropy over the epoch's batches, each before its step, without the penalty. */
  loss: z.number(),
  accuracy: z.number(),
  /** After the epoch. */
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  /** Of training the head until then. */
  seconds: z.number(),
});

export interface LinearHead {
  /** classes x channels, row by row; logits = weights · features + bias. */
  weights: Float32Array;
  /** One per class. */
  bias: Float32Array;
  history: Epoch[];
  /** The epoch whose weights these are: the lowest validation loss. */
  bestEpoch: number;
}

export interface LinearHeadSettings {
  /** Inverse of the L2 penalty: scikit-learn's C. */
  strength: number;
  /** The first step, as a multiple of the inverse of the loss's steepest curvature; up to 1 is safe. */
  learningRate: number;
  epochs: number;
  /** Epochs without a lower validation loss after which training stops. */
  patience: number;
}

export interface LinearHeadOptions {
  /** On any backend but the plain cpu one. */
  tf: TensorFlow;
  training: LabelledFeatures;
  validation: LabelledFeatures;
  classes: number;
  channels: number;
  /** Of the order of batches, where there is more than one. */
  seed: number;
  settings?: Partial<LinearHeadSettings>;
  /** Where it is kept how far the training is: the same training goes on from there. */
  cache?: Cache | undefined;
  /** Called after each epoch that is trained now. */
  onEpoch?: ((row: Epoch) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const momentum = 0.9;

/** Raised whenever the same features and settings train another head; checkpoints of another method are not used. */
const METHOD = 1;

const factsSchema = z.object({
  history: z.array(epochSchema),
  best: z.object({ epoch: z.int(), loss: z.number() }),
});

/** Enough for one large batch to arrive, and epochs enough for many batches to see everything often. */
const steps = 60;
const fewestEpochs = 15;

/** What is used unless the owner says otherwise, for so many training photos. */
export const linearHeadDefaults = (photos: number): LinearHeadSettings => ({
  strength: 0.1,
  learningRate: 1,
  epochs: Math.max(fewestEpochs, Math.ceil(steps / batchesPerEpoch(photos))),
  patience: 20,
});

/** @throws Error on the plain cpu backend, or when the loss is no number; the signal's reason when aborted */
export const trainLinearHead = async (options: LinearHeadOptions): Promise<LinearHead> => {
  const { tf, training, validation, classes, channels, seed, cache, onEpoch, signal } = options;
  requireFastBackend(tf);
  const photos = training.labels.length;
  if (photos === 0 || validation.labels.length === 0)
    throw new Error(
      `a head needs photos to learn from and to be judged by, not ${photos} and ${validation.labels.length}`,
    );
  const settings = { ...linearHeadDefaults(photos), ...options.settings };
  const mean = meanOf(training.features, channels);
  const features = centre(training.features, mean);
  const penalty = 1 / (2 * settings.strength * photos);
  const firstStep = settings.learningRate / (curvatureOf(features, channels) + 2 * penalty);
  const learn = place(tf, features, training.labels, classes);
  const judge = place(tf, centre(validation.features, mean), validation.labels, classes);
  const weights = variable(tf, [channels, classes]) as Tensor2D & Variable;
  const bias = variable(tf, [classes]) as Tensor1D & Variable;
  const optimizer = new tf.MomentumOptimizer(firstStep, momentum, true);
  const logitsOf = (features: Tensor2D): Tensor2D => features.matMul<Tensor2D>(weights).add<Tensor2D>(bias);

  const step = (rows: Int32Array): Judged => {
    const [features, truth] =
      rows.length === photos ? [learn.features, learn.truth] : [learn.features.gather(rows), learn.truth.gather(rows)];
    let judged: Judged | undefined;
    optimizer.minimize(() => {
      const logits = logitsOf(features);
      const loss = tf.losses.softmaxCrossEntropy(truth, logits) as Scalar;
      judged = { loss: loss.dataSync()[0]!, accuracy: accuracyOf(logits, truth) };
      return loss.add(weights.square().sum().mul(penalty));
    });
    return judged!;
  };
  const evaluate = (): Judged => {
    const logits = logitsOf(judge.features);
    return {
      loss: tf.losses.softmaxCrossEntropy(judge.truth, logits).dataSync()[0]!,
      accuracy: accuracyOf(logits, judge.truth),
    };
  };

  const descent = { variables: [weights, bias], optimizer };
  const checkpoint =
    cache &&
    openCheckpoint({
      cache,
      settings: [METHOD, tf.getBackend(), tf.version_core, classes, channels, seed, settings],
      data: [training.features, training.labels, validation.features, validation.labels],
      facts: factsSchema,
    });
  const history: Epoch[] = [];
  let best: { epoch: number; loss: number; weights: Float32Array; bias: Float32Array } | undefined;
  const snapshot = async () => ({
    facts: { history, best: { epoch: best!.epoch, loss: best!.loss } },
    numbers: [best!.weights, best!.bias, ...(await numbersOf(descent))],
  });
  try {
    const known = await checkpoint?.read();
    if (known) {
      const [weights, bias, ...numbers] = known.numbers;
      await restore(tf, descent, numbers);
      history.push(...known.facts.history);
      best = { ...known.facts.best, weights: weights!, bias: bias! };
    }
    const begun = performance.now() - 1000 * (history.at(-1)?.seconds ?? 0);
    const trained = history.length;
    while (history.length < settings.epochs && history.length - (best?.epoch ?? 0) < settings.patience) {
      const epoch = history.length + 1;
      // Lets Ctrl-C and progress bars through
      await setImmediate();
      if (signal?.aborted) {
        if (history.length > trained) await checkpoint?.write(await snapshot());
        throw signal.reason;
      }
      const batches = batchesOf(photos, seed, epoch);
      const seen = { loss: 0, accuracy: 0 };
      for (const [index, rows] of batches.entries()) {
        const progress = (epoch - 1 + index / batches.length) / settings.epochs;
        optimizer.setLearningRate(firstStep * 0.5 * (1 + Math.cos(Math.PI * progress)));
        const { loss, accuracy } = tidily(tf, () => step(rows));
        seen.loss += (loss * rows.length) / photos;
        seen.accuracy += (accuracy * rows.length) / photos;
      }
      const judged = tidily(tf, evaluate);
      if (!Number.isFinite(judged.loss))
        throw new Error(
          `the head's validation loss became ${judged.loss} in epoch ${epoch}; lower the learning rate of ${settings.learningRate}`,
        );
      const seconds = (performance.now() - begun) / 1000;
      const row = { epoch, ...seen, validationLoss: judged.loss, validationAccuracy: judged.accuracy, seconds };
      history.push(row);
      onEpoch?.(row);

      if (!best || judged.loss < best.loss)
        best = { epoch, loss: judged.loss, weights: tidily(tf, () => read(weights.transpose())), bias: read(bias) };
      await checkpoint?.offer(snapshot);
    }
    if (history.length > trained) await checkpoint?.write(await snapshot());
  } finally {
    for (const one of [learn.features, learn.truth, judge.features, judge.truth, weights, bias]) one.dispose();
    optimizer.dispose();
  }
  if (!best) throw new Error(`${settings.epochs} epochs train nothing; use 1 or more`);
  return { weights: best.weights, bias: biasOnPlain(best.weights, best.bias, mean), history, bestEpoch: best.epoch };
};

interface Judged {
  loss: number;
  accuracy: number;
}

const place = (tf: TensorFlow, features: Float32Array, labels: Int32Array, classes: number) => ({
  features: tf.tensor2d(features, [labels.length, features.length / labels.length]),
  truth: tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as Tensor2D),
});

/** A variable of zeros. TensorFlow.js declares variables as no kind of tensor under exactOptionalPropertyTypes; they are. */
const variable = (tf: TensorFlow, shape: number[]): unknown => tf.tidy(() => tf.variable(tf.zeros(shape)));

/** What `work` computes, while every tensor it made on the way is freed. */
const tidily = <Result>(tf: TensorFlow, work: () => Result): Result => {
  let result: Result | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as Result;
};

const accuracyOf = (logits: Tensor2D, truth: Tensor2D): number =>
  logits.argMax(1).equal(truth.argMax(1)).toFloat().mean().dataSync()[0]!;

const read = (tensor: Tensor1D | Tensor2D): Float32Array => Float32Array.from(tensor.dataSync());
