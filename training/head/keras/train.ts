/**
 * Trains the article's head: batches in a seeded order, Adam, dropout; a tenth of the photos is kept out to stop by, and the
 * weights of their lowest loss are what comes out. Everything drawn is drawn from seed and epoch, and a checkpoint holds the
 * whole state after an epoch, so a stopped training ends in the same numbers as one that was not.
 */
import { setImmediate } from "node:timers/promises";
import type { Epoch } from "../../../shared/training-facts.ts";
import { drawBy, shuffled } from "../../seeded.ts";
import { openCheckpoint } from "../checkpoint.ts";
import { type KerasHead, photoWeights, type TargetSettings, targetDefaults } from "../head.ts";
import { type HeadOptions, linkOf, requireFeatures } from "../options.ts";
import { requireFastBackend } from "../tensorflow.ts";
import { judgeBy, learnFrom, openPhotos } from "./batches.ts";
import { buildNetwork, foldNetwork, initialNumbers } from "./network.ts";
import { isEnough, rateOf, type ScheduleSettings, watch } from "./schedule.ts";
import { adamFrom, begin, factsSchema, numbersOf, recall, slotsOf, snapshotOf } from "./state.ts";

export interface KerasHeadSettings extends ScheduleSettings, TargetSettings {
  /** Of the hidden layer. */
  units: number;
  /** Share of the hidden units that a batch does without. */
  dropout: number;
  batchSize: number;
  seed: number;
}

export const kerasHeadDefaults: KerasHeadSettings = {
  ...targetDefaults,
  units: 256,
  dropout: 0.5,
  batchSize: 32,
  learningRate: 1e-3,
  schedule: "constant",
  epochs: 60,
  plateau: 4,
  patience: 10,
  seed: 1,
};

/** Raised whenever the same features and settings train another head. */
const METHOD = 1;

/**
 * @param options features are means and mean squares of one map's channels, side by side
 * @throws Error on the plain cpu backend, or when a feature is no number; the signal's reason when aborted
 */
export const trainKerasHead = async (options: HeadOptions<KerasHeadSettings>): Promise<KerasHead> => {
  const { tf, training, validation, classes, combinations, cache, onEpoch, signal } = options;
  requireFastBackend(tf);
  requireFeatures(training);
  const settings = { ...kerasHeadDefaults, ...options.settings };
  const { units, dropout, batchSize, seed } = settings;
  const shape = { channels: training.features.length / training.labels.length / 2, units, classes };
  const { learned, stopping } = keepOut(combinations ? new Int32Array(training.labels.length) : training.labels);
  const link = linkOf(options);
  const checkpoint =
    cache &&
    openCheckpoint({
      cache,
      settings: ["keras", METHOD, tf.getBackend(), tf.version_core, classes, settings, ...(combinations ?? [])],
      data: [training, validation].flatMap((part) => (part ? [part.features, part.labels] : [])),
      facts: factsSchema,
    });

  const known = await checkpoint?.read();
  let state = known ? recall(known) : begin(initialNumbers(shape, seed));
  const network = buildNetwork(tf, shape, state.numbers);
  const weights = photoWeights(training.labels, classes, settings);
  const photos = openPhotos(tf, training, classes, settings.labelSmoothing, link, weights);
  const judges = validation?.labels.length ? openPhotos(tf, validation, classes, 0, link) : undefined;
  try {
    const begun = performance.now() - 1000 * (state.history.at(-1)?.seconds ?? 0);
    const before = state.history.length;
    while (!isEnough(state.watched, state.history.length, settings)) {
      const epoch = state.history.length + 1;
      const learningRate = rateOf(settings, epoch, state.watched.halvings);
      const order = shuffled(learned, drawBy(`order ${seed} ${epoch}`));
      const dropping = { units, dropout, next: drawBy(`dropout ${seed} ${epoch}`) };
      const adam = await adamFrom(tf, network, state.slots, learningRate);
      let [loss, right] = [0, 0];
      try {
        for (let from = 0; from < order.length; from += batchSize) {
          // Lets Ctrl-C and progress bars through
          await setImmediate();
          if (signal?.aborted) {
            if (state.history.length > before) await checkpoint?.write(snapshotOf(state));
            throw signal.reason;
          }
          const sums = learnFrom(tf, network, adam, photos, order.subarray(from, from + batchSize), dropping);
          loss += sums.loss;
          right += sums.right;
        }
        const judged = judges && judgeBy(tf, network, judges);
        const stoppingLoss = judgeBy(tf, network, photos, stopping).loss;
        const row: Epoch = {
          epoch,
          loss: loss / order.length,
          accuracy: right / order.length,
          ...(judged && { validationLoss: judged.loss, validationAccuracy: judged.accuracy }),
          stoppingLoss,
          learningRate,
          seconds: (performance.now() - begun) / 1000,
        };
        const watched = watch(state.watched, epoch, stoppingLoss, settings);
        const numbers = numbersOf(network);
        const best = watched.bestEpoch === epoch ? numbers : state.best;
        state = { numbers, best, slots: await slotsOf(adam), watched, history: [...state.history, row] };
        onEpoch?.(row);
      } finally {
        adam.dispose();
      }
      await checkpoint?.offer(async () => snapshotOf(state));
    }
    if (state.history.length > before) await checkpoint?.write(snapshotOf(state));
    return { kind: "keras", ...foldNetwork(state.best, shape), history: state.history };
  } finally {
    network.dispose();
    photos.dispose();
    judges?.dispose();
  }
};

/** One photo in so many of each class is kept out to stop by; where photos have several labels, in so many of all. */
const keptOut = 10;
/** Fewer of them say nothing; then nothing is kept out, and it stops by what it learns from. */
const fewest = 10;

/** Places of the photos to learn from, and of those to stop by. */
export const keepOut = (labels: Int32Array): { learned: Int32Array; stopping: Int32Array } => {
  const counts = new Map<number, number>();
  const isOut = labels.map((label) => {
    const place = counts.get(label) ?? 0;
    counts.set(label, place + 1);
    return place % keptOut === keptOut - 1 ? 1 : 0;
  });
  const rows = Int32Array.from(labels.keys());
  const stopping = rows.filter((row) => isOut[row]);
  return stopping.length < fewest
    ? { learned: rows, stopping: rows }
    : { learned: rows.filter((row) => !isOut[row]), stopping };
};
