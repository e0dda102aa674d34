/** One epoch: a pass over the photos, each by another look, in an order that is drawn from seed and epoch. */
import { setImmediate } from "node:timers/promises";
import { photoWeights, type TargetSettings } from "../head/head.ts";
import { adamFrom, slotsOf } from "../head/keras/state.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import { drawBy, shuffled } from "../seeded.ts";
import { type Labelled, learnFrom } from "./batches.ts";
import type { Looks } from "./looks.ts";
import { drawMix } from "./mixup.ts";
import type { Network } from "./network.ts";
import { shareAt } from "./schedule.ts";
import type { TuningSettings } from "./settings.ts";

export interface PassOptions {
  tf: TensorFlow;
  looks: Looks;
  learned: Labelled;
  classes: number;
  settings: TuningSettings & TargetSettings & { seed: number };
  /** How many of the settings' epochs are taken, at most. */
  epochs: number;
  /** Called after each batch with the share of the epochs that is done. */
  onShare?: ((share: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** @param slots Adam's, as the epoch before left them @throws the signal's reason when aborted */
export const pass = async (
  { tf, looks, learned, classes, settings, epochs, onShare, signal }: PassOptions,
  network: Network,
  epoch: number,
  slots: readonly Float32Array[],
) => {
  const { batchSize, learningRate, mixup, seed } = settings;
  const variables = [...network.variables.values()];
  const weights = photoWeights(learned.labels, classes, settings);
  const order = shuffled(Int32Array.from(learned.photos.keys()), drawBy(`fine-tune ${seed} ${epoch}`));
  const steps = Math.ceil(order.length / batchSize);
  const adam = await adamFrom(tf, { trainable: variables }, slots, learningRate);
  let [loss, right, step] = [0, 0, 0];
  try {
    const photos = order.map((place) => learned.photos[place]!);
    for await (const rows of looks.batches(photos, epoch, batchSize)) {
      // Lets Ctrl-C and progress bars through
      await setImmediate();
      signal?.throwIfAborted();
      const batch = order.subarray(step * batchSize, (step + 1) * batchSize);
      const rate = learningRate * shareAt((epoch - 1) * steps + step, settings.epochs * steps);
      const targets = {
        labels: batch.map((place) => learned.labels[place]!),
        weights: Float32Array.from(batch, (place) => weights[place]!),
        classes,
        labelSmoothing: settings.labelSmoothing,
        mix: drawMix(batch.length, mixup, `mixup ${seed} ${epoch} ${step}`),
      };
      const sums = learnFrom(tf, network, variables, { adam, rate }, rows, targets);
      loss += sums.loss;
      right += sums.right;
      onShare?.((epoch - 1 + ++step / steps) / epochs);
    }
    const last = learningRate * shareAt(epoch * steps - 1, settings.epochs * steps);
    return {
      loss: loss / order.length,
      accuracy: right / order.length,
      learningRate: last,
      slots: await slotsOf(adam),
    };
  } finally {
    adam.dispose();
  }
};
