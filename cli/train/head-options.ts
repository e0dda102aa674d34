/** The options of `whippet train` that decide what the head is and how it is trained. */
import { type Command, Option } from "commander";
import { type HeadOptions, headChoice } from "../../training/head/choice.ts";
import { headKinds } from "../../training/head/head.ts";
import { kerasHeadDefaults as keras } from "../../training/head/keras/train.ts";
import { linearHeadDefaults as linear } from "../../training/head/linear.ts";
import type { HeadChoice } from "../../training/head/trainer.ts";
import { UsageError } from "../failure.ts";
import { numberBetween } from "../options.ts";

/** As commander gives them. */
export interface HeadFlags extends Omit<HeadOptions, "units"> {
  headUnits?: number;
}

const options = (): Option[] => [
  new Option(
    "--head <kind>",
    "linear: softmax regression, with heat maps; keras: BatchNormalization, Dense, BatchNormalization, Dropout, Dense",
  )
    .choices(headKinds)
    .default("linear"),
  new Option(
    "--epochs <number>",
    `at most (default: linear ${linear.epochs}, keras ${keras.epochs}; usually fewer)`,
  ).argParser(numberBetween(1, 100_000, true)),
  new Option(
    "--learning-rate <number>",
    `keras: Adam's (default: ${keras.learningRate}); linear: times the safe first step (default: ${linear.learningRate})`,
  ).argParser(numberBetween(1e-6, 10)),
  new Option("--strength <number>", `linear: inverse of the L2 penalty (default: ${linear.strength})`).argParser(
    numberBetween(1e-6, 1e6),
  ),
  new Option("--head-units <number>", `keras: units of the hidden layer (default: ${keras.units})`).argParser(
    numberBetween(1, 8192, true),
  ),
  new Option("--dropout <share>", `keras: of the hidden units (default: ${keras.dropout})`).argParser(
    numberBetween(0, 0.95),
  ),
  new Option("--batch-size <photos>", `keras: learned from at once (default: ${keras.batchSize})`).argParser(
    numberBetween(2, 4096, true),
  ),
  new Option("--schedule <kind>", `keras: of the learning rate (default: ${keras.schedule})`).choices([
    "constant",
    "cosine",
  ]),
  new Option(
    "--label-smoothing <share>",
    `of a label's probability that all labels get (default: ${linear.labelSmoothing})`,
  ).argParser(numberBetween(0, 0.9)),
  new Option(
    "--class-weights <kind>",
    `balanced: a class counts as much as another, however many photos it has (default: ${linear.classWeights})`,
  ).choices(["balanced", "none"]),
];

export const addHeadOptions = (command: Command): Command => {
  for (const option of options()) command.addOption(option);
  return command;
};

/** The flags as a remote training is told them. */
export const headOptionsOf = (flags: HeadFlags): HeadOptions => {
  const { head, epochs, learningRate, strength, headUnits: units, dropout, batchSize } = flags;
  const { schedule, labelSmoothing, classWeights } = flags;
  const all = {
    ...{ head, epochs, learningRate, strength, units, dropout, batchSize },
    ...{ schedule, labelSmoothing, classWeights },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as HeadOptions;
};

/** @throws UsageError naming an option that the head does not have */
export const headChoiceOf = (flags: HeadFlags, seed: number): HeadChoice => {
  try {
    return headChoice(headOptionsOf(flags), seed);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
};
