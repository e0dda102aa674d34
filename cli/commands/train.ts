/** `whippet train`: a folder of photos in, a published model out. */
import { Command, Option } from "commander";
import { isAbort } from "../../shared/failure.ts";
import type { Device } from "../../shared/jobs/jobs.ts";
import { MOST_SHARDS } from "../../shared/jobs/request.ts";
import { openStore } from "../../shared/store/open.ts";
import { catalogue, defaultBackbone } from "../../training/backbone/catalogue.ts";
import { createCache } from "../../training/cache.ts";
import { type TrainingResult, train } from "../../training/train.ts";
import type { CommonOptions, Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { modelName } from "../model-name.ts";
import { example, jsonOption, numberBetween, storeOption, viaOption } from "../options.ts";
import { localPhotos, photosWithFeedback } from "../photos.ts";
import { trainRemotely } from "../remote/train.ts";
import { printTrained, type Trained, trainedAsJson } from "../trained.ts";

interface TrainOptions extends CommonOptions {
  name?: string;
  backbone: string;
  validation: number;
  seed: number;
  epochs?: number;
  learningRate?: number;
  promote: boolean;
  force?: boolean;
  feedback?: string;
  remote?: boolean;
  device?: Device;
  shards?: number;
  via?: string;
}

const CACHE = "file:.whippet/cache";

export const trainCommand = (context: Context): Command =>
  new Command("train")
    .description("make a model from photos and publish it")
    .argument(
      "<photos>",
      "a folder with one folder of photos per class, here or in a bucket (s3://<bucket>/<prefix>/); the folders' names are the labels",
    )
    .option("--name <name>", "the model's name (default: the folder's)")
    .addOption(
      new Option("--backbone <name>", "the network whose features the classes are told apart by")
        .choices(Object.keys(catalogue))
        .default(defaultBackbone),
    )
    .option("--validation <share>", "share of each class that is kept to judge by", numberBetween(0.01, 0.9), 0.2)
    .option("--seed <number>", "decides the split and every other choice", numberBetween(0, 2 ** 31 - 1, true), 1)
    .option(
      "--epochs <number>",
      "of the head at most (default: 200; usually fewer arrive)",
      numberBetween(1, 100_000, true),
    )
    .option("--learning-rate <factor>", "of the safe first step (default: 1)", numberBetween(1e-6, 10))
    .option("--feedback <model>", "learn also from the photos that people put right about this model")
    .option("--no-promote", "publish, but let the present version go on answering")
    .option("--force", "publish even what the gate refuses")
    .option("--remote", "train on a machine that `sst deploy` set up, and that exists only while it works")
    .addOption(
      new Option("--device <device>", "of a remote training (default: gpu where one is deployed)").choices([
        "gpu",
        "cpu",
      ]),
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
        "whippet train ~/photos --feedback dogs",
        "whippet train ~/photos --remote",
        "whippet train ~/photos --json | jq .metrics",
        "whippet train s3://my-photos/dogs/ --store s3://my-models",
      ),
    )
    .action(async (photos: string, options: TrainOptions) => {
      const { terminal, signal } = context;
      const { backbone, validation, seed, epochs, learningRate, promote, force = false } = options;
      const head = { ...(epochs !== undefined && { epochs }), ...(learningRate !== undefined && { learningRate }) };
      const name = modelName(options.name, photos);
      if (options.remote) {
        if (options.feedback !== undefined)
          throw new UsageError("--feedback is for trainings on this machine; leave out --remote");
        const { device, shards = 1, via, store, json = false } = options;
        const chosen = { backbone, validation, seed, promote, force, ...head };
        return trainRemotely(context, photos, { name, options: chosen, device, shards, via, store, json });
      }
      refuseRemoteOptions(options);
      const store = context.openStore(options);
      const settings = { name, store, backbone, validation, seed, head, promote, force };
      const cache = createCache(openStore(CACHE), terminal.line);
      const training = async () => {
        const folder = await localPhotos(context, photos);
        const all = await photosWithFeedback(context, folder, options.feedback, store);
        return train({ ...settings, photos: all, cache, progress: terminal, signal });
      };
      const result = await training().catch((error: unknown) => {
        if (isAbort(error))
          terminal.line("Stopped; nothing was published. The same command goes on from what is computed so far.");
        throw error;
      });
      const trained = trainedOf(result);
      if (options.json) context.data(trainedAsJson(trained));
      else printTrained(context, trained, [nextSteps(result, options.store)]);
    });

/** @throws UsageError for an option that means nothing on this machine */
const refuseRemoteOptions = (options: TrainOptions): void => {
  for (const option of ["device", "shards", "via"] as const)
    if (options[option] !== undefined) throw new UsageError(`--${option} is for trainings elsewhere; add --remote`);
};

const trainedOf = ({ dataset, ...result }: TrainingResult): Trained => ({
  model: result.model,
  version: result.version,
  promoted: result.promoted,
  existed: result.existed,
  seconds: result.seconds,
  photos: dataset.photos.length,
  classes: dataset.labels.length,
  skipped: dataset.skipped,
  warnings: dataset.warnings,
  metrics: result.metrics,
  files: result.files,
  serve: result.serve,
  gate: result.gate,
});

const nextSteps = ({ promoted, model, version }: TrainingResult, store: string | undefined): string => {
  const elsewhere = store === undefined ? "" : ` --store "${store}"`;
  return promoted
    ? `Next: npx whippet classify <photo>${elsewhere}   or   npx whippet serve${elsewhere}`
    : `Next: npx whippet promote ${model} ${version}${elsewhere}`;
};
