/** The options of `whippet train` that unfreeze the backbone's last blocks. */
import { type Command, Option } from "commander";
import { type TuningOptions, tuningChoice } from "../../training/finetune/choice.ts";
import { type TuningSettings, tuningDefaults } from "../../training/finetune/settings.ts";
import { UsageError } from "../failure.ts";
import { numberBetween } from "../options.ts";

export const addTuningOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--fine-tune <blocks>",
        "how many of the backbone's last blocks are trained too, after the head; takes minutes or hours on a CPU, a third of that with @tensorflow/tfjs-node (default: none)",
      ).argParser(numberBetween(1, 1000, true)),
    )
    .addOption(
      new Option(
        "--fine-tune-epochs <number>",
        `of the blocks, at most, each by other looks at the photos (default: ${tuningDefaults.epochs}; usually fewer)`,
      ).argParser(numberBetween(1, 10_000, true)),
    )
    .addOption(
      new Option(
        "--fine-tune-rate <number>",
        `of the blocks: Adam's highest learning rate, between warm-up and cosine decay (default: ${tuningDefaults.learningRate})`,
      ).argParser(numberBetween(1e-7, 1)),
    );

/** The flags as a remote training is told them. */
export const tuningOptionsOf = (flags: TuningOptions): TuningOptions => {
  const { fineTune, fineTuneEpochs, fineTuneRate } = flags;
  return {
    ...(fineTune !== undefined && { fineTune }),
    ...(fineTuneEpochs !== undefined && { fineTuneEpochs }),
    ...(fineTuneRate !== undefined && { fineTuneRate }),
  };
};

/** @throws UsageError naming an option that says nothing without `--fine-tune` */
export const tuningOf = (flags: TuningOptions): TuningSettings | undefined => {
  try {
    return tuningChoice(flags);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
};
