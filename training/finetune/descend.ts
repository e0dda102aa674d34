/**
 * Trains the last blocks and the head upon them, epoch by epoch, on fresh looks at the photos. Everything drawn is drawn from
 * seed and epoch, and a checkpoint holds the whole state after an epoch, so a stopped training ends in the same numbers as one
 * that was not. Normalisations were folded into the convolutions, so their statistics stay as they are.
 */
import { z } from "zod";
import { type Epoch, epochSchema } from "../../shared/training-facts.ts";
import type { Cache } from "../cache.ts";
import { openCheckpoint } from "../head/checkpoint.ts";
import { requireFastBackend } from "../head/tensorflow.ts";
import { behindOf, CHANCE } from "../metrics/behind.ts";
import { judgeBy, type Labelled } from "./batches.ts";
import { type Blocks, buildNetwork, type Numbers, numbersIn } from "./network.ts";
import { type PassOptions, pass } from "./pass.ts";

export interface DescentOptions extends PassOptions {
  blocks: Blocks;
  /** Photos that say when it is enough; without them all epochs are taken. */
  stopping?: Labelled | undefined;
  /** Only looked at, for the history. */
  validation?: Labelled | undefined;
  /** What decides the photos' rows, for the checkpoint. */
  identity: unknown;
  cache?: Cache | undefined;
  onEpoch?: ((row: Epoch) => void) | undefined;
}

export interface Descended {
  numbers: Numbers;
  history: readonly Epoch[];
  /** The last that is not known to have done harm to the photos that stop it; 0 where each did. */
  soundEpoch: number;
}

/** Raised whenever the same photos and settings train other numbers. */
const METHOD = 3;

interface State {
  /** In the order of the trainable initializers. */
  numbers: readonly Float32Array[];
  slots: readonly Float32Array[];
  /** What stops it. */
  sound: {
    epoch: number;
    /** Of the photos that stop it, at their lowest mean. */
    lowest: readonly number[];
  };
  history: readonly Epoch[];
}

const factsSchema = z.object({
  sound: z.object({ epoch: z.int(), lowest: z.array(z.number()) }),
  history: z.array(epochSchema),
});

/** @throws Error on the plain cpu backend; the signal's reason when aborted, after the state is kept */
export const descend = async (options: DescentOptions): Promise<Descended> => {
  const { tf, blocks, settings, stopping, epochs, validation, onEpoch, onShare, signal } = options;
  requireFastBackend(tf);
  const names = blocks.trainable;
  const start = numbersIn(blocks.model, names);
  const checkpoint = checkpointOf(options, start);
  const known = await checkpoint?.read();
  const network = buildNetwork(tf, blocks);
  const judge = (labelled: Labelled) => judgeBy(network, options.looks, labelled, settings.batchSize);
  try {
    let state: State = known
      ? { ...known.facts, numbers: known.numbers.slice(0, names.length), slots: known.numbers.slice(names.length) }
      : {
          numbers: names.map((name) => start.get(name)!),
          slots: [],
          sound: { epoch: 0, lowest: stopping ? (await judge(stopping)).calibrated : [] },
          history: [],
        };
    network.assign(named(names, state.numbers));
    const snapshot = () => ({
      facts: { sound: { ...state.sound, lowest: [...state.sound.lowest] }, history: [...state.history] },
      numbers: [...state.numbers, ...state.slots],
    });
    const begun = performance.now() - 1000 * (state.history.at(-1)?.seconds ?? 0);
    const before = state.history.length;
    const isEnough = () =>
      state.history.length >= epochs || (stopping && state.history.length - state.sound.epoch >= settings.patience);
    while (!isEnough()) {
      const epoch = state.history.length + 1;
      try {
        const passed = await pass(options, network, epoch, state.slots);
        const numbers = network.numbers();
        network.assign(between(start, numbers));
        const judged = validation && (await judge(validation));
        const losses = stopping ? (await judge(stopping)).calibrated : [];
        network.assign(numbers);
        const row: Epoch = {
          epoch,
          loss: passed.loss,
          accuracy: passed.accuracy,
          ...(judged && { validationLoss: judged.loss, validationAccuracy: judged.accuracy }),
          blocks: settings.blocks,
          learningRate: passed.learningRate,
          seconds: (performance.now() - begun) / 1000,
        };
        state = {
          numbers: names.map((name) => numbers.get(name)!),
          slots: passed.slots,
          sound: soundAfter(epoch, losses, state.sound),
          history: [...state.history, row],
        };
        onEpoch?.(row);
      } catch (error) {
        if (signal?.aborted && state.history.length > before) await checkpoint?.write(snapshot());
        throw error;
      }
      await checkpoint?.offer(async () => snapshot());
    }
    if (state.history.length > before) await checkpoint?.write(snapshot());
    onShare?.(1);
    return {
      numbers: between(start, named(names, state.numbers)),
      history: state.history,
      soundEpoch: state.sound.epoch,
    };
  } finally {
    network.dispose();
  }
};

/**
 * An epoch is sound unless the loss is higher than at its lowest by more than may be chance. The lowest itself would be chosen
 * by chance: of the few photos kept out, the loss moves by less from one epoch to the next.
 */
const soundAfter = (
  epoch: number,
  losses: readonly number[],
  { epoch: last, lowest }: State["sound"],
): State["sound"] => {
  const { loss, error } = behindOf(losses, lowest);
  return { epoch: loss <= CHANCE * error ? epoch : last, lowest: loss < 0 ? losses : lowest };
};

/**
 * What answers: halfway between where it began and where it came to. On photos that it has not learned from that is better than
 * either end, and costs nothing (Wortsman et al. 2022, arXiv:2109.01903).
 */
const between = (start: Numbers, end: Numbers): Numbers =>
  new Map([...end].map(([name, numbers]) => [name, numbers.map((number, at) => (number + start.get(name)![at]!) / 2)]));

const named = (names: readonly string[], numbers: readonly Float32Array[]): Numbers =>
  new Map(names.map((name, at) => [name, numbers[at]!]));

const checkpointOf = (options: DescentOptions, start: Numbers) => {
  const { tf, cache, classes, settings, epochs, stopping, learned, validation, identity } = options;
  return (
    cache &&
    openCheckpoint({
      cache,
      settings: ["fine-tune", METHOD, tf.getBackend(), tf.version_core, classes, settings, epochs, identity],
      data: [learned, stopping, validation]
        .flatMap((part): ArrayBufferView[] => (part ? [part.photos, part.labels] : [new Int32Array([-1])]))
        .concat([...start.values()]),
      facts: factsSchema,
    })
  );
};
