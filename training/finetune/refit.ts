/**
 * A linear head once more, when the blocks under it have learned: fitted to what they give now, where its loss is lowest, and
 * then the mean of it and of the one that learned with them. The mean of two linear heads is one, and errs less than either.
 */
import type { FeatureRows } from "../features/gather.ts";
import type { Dense, Head } from "../head/head.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import type { HeadTrainer } from "../head/trainer.ts";
import type { CutBackbone } from "./cut.ts";
import { joined, type Looks } from "./looks.ts";
import { buildNetwork, type Numbers } from "./network.ts";

export interface RefitOptions {
  tf: TensorFlow;
  cut: CutBackbone;
  looks: Looks;
  batchSize: number;
  /** Fits the head. */
  train: HeadTrainer;
  /** A row per photo that is learned from. */
  learned: Pick<FeatureRows, "photo" | "labels">;
  classes: number;
}

/** @param head that learned with the blocks @param numbers theirs; others are not read @returns keras heads as they are */
export const refitted = async (head: Head, numbers: Numbers, options: RefitOptions): Promise<Head> => {
  if (head.kind !== "linear") return head;
  const { train, learned, classes } = options;
  const again = await train({ training: { ...learned, features: await featuresOf(numbers, options) }, classes });
  return again.kind === "linear" ? { ...head, ...meanOf(head, again) } : head;
};

/** Of the plain looks: photos x channels, row by row. */
const featuresOf = async (
  numbers: Numbers,
  { tf, cut, looks, batchSize, learned }: RefitOptions,
): Promise<Float32Array> => {
  const { suffix: model, parts, trainable } = cut;
  const network = buildNetwork(tf, { model, parts, trainable });
  try {
    network.assign(new Map(trainable.map((name) => [name, numbers.get(name)!])));
    const rows: Float32Array[] = [];
    for await (const batch of looks.batches(learned.photo, 0, batchSize)) rows.push(...network.answer(batch));
    return joined(rows, rows[0]!.length);
  } finally {
    network.dispose();
  }
};

const meanOf = (one: Dense, other: Dense): Dense => ({
  weights: one.weights.map((weight, at) => (weight + other.weights[at]!) / 2),
  bias: one.bias.map((bias, at) => (bias + other.bias[at]!) / 2),
});
