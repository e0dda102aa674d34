/** `whippet train`: a folder of photos in, a published model out. */
import { Command, Option } from "commander";
import { MOST_SHARDS } from "../../shared/training-job.ts";
import { defaultGrid } from "../../training/sweep/grid.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { example, jsonOption, numberBetween, storeOption, viaOption } from "../options.ts";
import { trainRemotely } from "../remote/train.ts";
import { remoteOptions } from "../remote/train-flags.ts";
import { addBackboneOptions } from "../train/backbone-options.ts";
import type { TrainFlags } from "../train/flags.ts";
import { addHeadOptions } from "../train/head-options.ts";
import { recallStopped } from "../train/last-run.ts";
import { localOptions } from "../train/local-flags.ts";
import { trainLocally } from "../train/locally.ts";
import { addTuningOptions } from "../train/tuning-options.ts";

/** @param own the command line after `train`, by which a training that is stopped is gone on with */
export const trainCommand = (
  context: Context,
  own: readonly string[] = process.argv.slice(process.argv.indexOf("train") + 1),
): Command => {
  const command = new Command("train")
    .description("make a model from photos and publish it")
    .argument(
      "[photos]",
      "a folder per class, a folder with Kaggle's labels.csv and train/, a CSV of path,label, a .zip or .tar(.gz) of any of " +
        "these, or a folder per class in a bucket (s3://<bucket>/<prefix>/)",
    )
    .option("--name <name>", "the model's name (default: the folder's)")
    .option("--check", "look at the photos, say what is wrong with them, and stop")
    .option("--labels <file>", "a CSV of path,label or id,breed that lies elsewhere than in the folder of photos")
    .option(
      "--multi-label",
      "each photo may have several labels, or none: a CSV of path,labels (or id,labels), with | between a photo's labels",
    );
  addBackboneOptions(command);
  addHeadOptions(command);
  addTuningOptions(command);
  return command
    .option(
      "--validation <share>",
      "share of each class that a head is judged by: .2 is five folds of few photos, a fifth held out of many",
      numberBetween(0.01, 0.9),
      0.2,
    )
    .option("--seed <number>", "decides the folds and every other choice", numberBetween(0, 2 ** 31 - 1, true), 1)
    .option(
      "--views <number>",
      "looks at each photo to learn from, further ones cropped, turned and lit at random (default: 1)",
      numberBetween(1, 64, true),
    )
    .option(
      "--sweep [grid]",
      "compare ways to train first, such as 'backbone=lite0,lite2 strength=1,3,10', and take the best " +
        `(default: '${defaultGrid}')`,
    )
    .option("--tensorboard [folder]", "write TensorBoard's event files (default: .whippet/runs/<name>)")
    .option("--feedback <model>", "learn also from the photos that people put right about this model")
    .option(
      "--public-photos",
      "let anyone see photos that were learned from, in the model's report (default: its owner)",
    )
    .option("--no-promote", "publish, but let the present version go on answering")
    .option("--force", "publish even what the gate refuses")
    .option("--resume", "go on with the training that was stopped here last")
    .option("--remote", "train on a machine that `sst deploy` set up, and that exists only while it works")
    .addOption(
      new Option(
        "--device <device>",
        "what trains the head, and blocks; gpu fails where there is none (default: cpu; with --remote gpu where one is deployed)",
      ).choices(["gpu", "cpu"]),
    )
    .option(
      "--shards <number>",
      "remote machines that extract features at once (default: 1)",
      numberBetween(1, MOST_SHARDS, true),
    )
    .addOption(viaOption())
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet train ~/photos",
        "whippet train ~/photos --name dogs --backbone lite2",
        "whippet train ~/photos --backbone ./convnext/model.onnx",
        "whippet train dogs/ --backbone inception-resnet-v2 --head keras",
        "whippet train ~/photos --head keras --dropout .4 --tensorboard",
        "whippet train ~/photos --sweep 'backbone=lite0,lite2 views=1,4'",
        "whippet train ~/photos --fine-tune 4",
        "whippet train dog-breed-identification/ --name dogs",
        "whippet train photos.zip --labels labels.csv",
        "whippet train ~/street/labels.csv --multi-label",
        "whippet train ~/photos --check",
        "whippet train --resume",
        "whippet train ~/photos --feedback dogs",
        "whippet train ~/photos --remote",
        "whippet train ~/photos --json | jq .metrics",
        "whippet train s3://my-photos/dogs/ --store s3://my-models",
      ),
    )
    .action(async (photos: string | undefined, flags: TrainFlags) => {
      if (flags.resume) {
        if (photos !== undefined)
          throw new UsageError(
            "--resume goes on with the command that was stopped last; leave out the photos, or --resume",
          );
        refuseOtherThanJson(command);
        const stopped = await recallStopped();
        const again = flags.json && !stopped.includes("--json") ? [...stopped, "--json"] : stopped;
        await trainCommand(context, stopped).parseAsync(again, { from: "user" });
      } else if (photos === undefined)
        throw new UsageError("name the photos to train on, such as `whippet train ~/photos`; or --resume");
      else if (flags.remote) {
        const { labels, multiLabel = false } = flags;
        await trainRemotely(context, { photos, labels, multiLabel }, remoteOptions(photos, flags));
      } else await trainLocally(context, localOptions(photos, flags, own));
    });
};

/** @throws UsageError where something is asked of a training that is as it was begun */
const refuseOtherThanJson = (command: Command): void => {
  const other = command.options.find(
    (option) =>
      !["resume", "json"].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (other !== undefined)
    throw new UsageError(
      `--resume goes on with the command that was stopped last, as it was; leave out ${other.long}, or --resume`,
    );
};
