/** Where a training of the article's head stands after an epoch: all that the next one needs, as a checkpoint keeps it. */
import type { AdamOptimizer } from "@tensorflow/tfjs";
import { z } from "zod";
import { type Epoch, epochSchema } from "../../../shared/training-facts.ts";
import type { Snapshot } from "../checkpoint.ts";
import type { TensorFlow } from "../tensorflow.ts";
import { type Network, type Numbers, names } from "./network.ts";
import { unwatched, type Watched } from "./schedule.ts";

export interface State {
  numbers: Numbers;
  /** Adam's moments, as it gives them out: the number of steps, then a first and a second moment per variable. */
  slots: readonly Float32Array[];
  /** The numbers after the best epoch. */
  best: Numbers;
  watched: Watched;
  history: readonly Epoch[];
}

export const begin = (numbers: Numbers): State => ({
  numbers,
  slots: [],
  best: numbers,
  watched: unwatched,
  history: [],
});

export const numbersOf = ({ variables }: Network): Numbers =>
  Object.fromEntries(names.map((name) => [name, variables[name].dataSync().slice() as Float32Array])) as Numbers;

export const slotsOf = async (adam: AdamOptimizer): Promise<Float32Array[]> => {
  const [steps, ...moments] = await adam.getWeights();
  const slots = [steps!, ...moments].map(({ tensor }) => Float32Array.from(tensor.dataSync()));
  // the count is made for whoever asks; the moments are the optimizer's own
  steps!.tensor.dispose();
  return slots;
};

/** An optimizer that goes on from `slots`; with none it begins. */
export const adamFrom = async (
  tf: TensorFlow,
  { trainable }: Pick<Network, "trainable">,
  slots: readonly Float32Array[],
  learningRate: number,
): Promise<AdamOptimizer> => {
  const adam = tf.train.adam(learningRate);
  const [steps, ...moments] = slots;
  if (!steps) return adam;
  const shapes = [...trainable, ...trainable].map(({ shape }) => shape);
  const weights = [
    { name: "iter", tensor: tf.scalar(steps[0]!, "int32") },
    ...moments.map((values, at) => ({ name: `moment ${at}`, tensor: tf.tensor(values, shapes[at]) })),
  ];
  await adam.setWeights(weights);
  for (const { tensor } of weights) tensor.dispose();
  return adam;
};

export const factsSchema = z.object({
  watched: z.object({
    bestEpoch: z.int(),
    // JSON has no infinity: before the first epoch there is nothing to keep
    bestLoss: z.number(),
    halvings: z.int(),
    halvedIn: z.int(),
  }),
  history: z.array(epochSchema),
});

export const snapshotOf = ({
  numbers,
  best,
  slots,
  watched,
  history,
}: State): Snapshot<z.infer<typeof factsSchema>> => ({
  facts: { watched, history: [...history] },
  numbers: [...names.map((name) => numbers[name]), ...names.map((name) => best[name]), ...slots],
});

export const recall = ({ facts, numbers }: Snapshot<z.infer<typeof factsSchema>>): State => {
  const take = (from: number) =>
    Object.fromEntries(names.map((name, at) => [name, numbers[from + at]!])) as unknown as Numbers;
  return {
    numbers: take(0),
    best: take(names.length),
    slots: numbers.slice(2 * names.length),
    watched: facts.watched,
    history: facts.history,
  };
};
