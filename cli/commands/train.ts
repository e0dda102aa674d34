/** `whippet train`: a folder of photos in, a published model out. */
import { Command, InvalidArgumentError, Option } from "commander";
import { isAbort } from "../../shared/failure.ts";
import type { Device } from "../../shared/jobs/jobs.ts";
import { openStore } from "../../shared/store/open.ts";
import { MOST_SHARDS } from "../../shared/training-job.ts";
import { catalogue, defaultBackbone, isEmbedded } from "../../training/backbone/catalogue.ts";
import { isOnnxFile, type OwnBackbone } from "../../training/backbone/onnx-file.ts";
import type { Triple } from "../../training/backbone/preprocessing.ts";
import { createCache } from "../../training/cache.ts";
import { type TrainingResult, train } from "../../training/train.ts";
import { checkDataSet } from "../check.ts";
import type { CommonOptions, Context } from "../context.ts";
import { printDataSet } from "../data-set.ts";
import { UsageError } from "../failure.ts";
import { modelName } from "../model-name.ts";
import { example, jsonOption, numberBetween, storeOption, viaOption } from "../options.ts";
import { feedbackStore, localPhotos, photosWithFeedback } from "../photos.ts";
import { trainRemotely } from "../remote/train.ts";
import { printTrained, type Trained, trainedAsJson } from "../trained.ts";

interface TrainOptions extends CommonOptions {
  name?: string;
  labels?: string;
  check?: boolean;
  backbone: string;
  featureCut?: string;
  inputSize?: number;
  crop?: number;
  mean?: Triple;
  std?: Triple;
  validation: number;
  seed: number;
  views?: number;
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
      "a folder per class, a folder with Kaggle's labels.csv and train/, a CSV of path,label, a .zip or .tar(.gz) of any of " +
        "these, or a folder per class in a bucket (s3://<bucket>/<prefix>/)",
    )
    .option("--name <name>", "the model's name (default: the folder's)")
    .option("--check", "look at the photos, say what is wrong with them, and stop")
    .option("--labels <file>", "a CSV of path,label or id,breed that lies elsewhere than in the folder of photos")
    .option(
      "--backbone <name>",
      `the network whose features the classes are told apart by: ${Object.keys(catalogue).join(", ")}, or an ONNX file of yours`,
      backboneName,
      defaultBackbone,
    )
    .option("--feature-cut <tensor>", "of an ONNX file: its feature map (default: what it pools over the whole image)")
    .option("--input-size <pixels>", "of an ONNX file that takes photos of any size", numberBetween(8, 1024, true))
    .option(
      "--crop <share>",
      "of an ONNX file: of a photo's short side, how much the centre square takes",
      numberBetween(0.1, 1),
    )
    .option(
      "--mean <r,g,b>",
      "of an ONNX file, on the 0 to 1 scale; with --std, where no document beside it says so",
      colours,
    )
    .option("--std <r,g,b>", "of an ONNX file, on the 0 to 1 scale", colours)
    .option("--validation <share>", "share of each class that is kept to judge by", numberBetween(0.01, 0.9), 0.2)
    .option("--seed <number>", "decides the split and every other choice", numberBetween(0, 2 ** 31 - 1, true), 1)
    .option(
      "--views <number>",
      "looks at each photo to learn from, further ones cropped, turned and lit at random (default: 1)",
      numberBetween(1, 64, true),
    )
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
        "whippet train ~/photos --backbone ./convnext/model.onnx",
        "whippet train dog-breed-identification/ --name dogs",
        "whippet train photos.zip --labels labels.csv",
        "whippet train ~/photos --check",
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
        if (options.views !== undefined)
          throw new UsageError("--views is for trainings on this machine; leave out --remote");
        if (options.check) throw new UsageError("--check looks at photos from this machine; leave out --remote");
        if (isOnnxFile(backbone))
          throw new UsageError(`--backbone ${backbone} is a file on this machine; leave out --remote`);
        const { device, shards = 1, via, store, json = false } = options;
        const chosen = { backbone, validation, seed, promote, force, ...head };
        return trainRemotely(
          context,
          { photos, labels: options.labels },
          { name, feedback: options.feedback, options: chosen, device, shards, via, store, json },
        );
      }
      refuseRemoteOptions(options);
      const store = context.openStore(options);
      const settings = {
        name,
        store,
        backbone,
        ownBackbone: ownBackbone(options),
        validation,
        seed,
        ...(options.views !== undefined && { views: options.views }),
        head,
        promote,
        force,
      };
      const cache = createCache(openStore(CACHE), terminal.line);
      const source = async () => {
        const own = { photos: await localPhotos(context, photos), labels: options.labels };
        return photosWithFeedback(context, own, options.feedback, feedbackStore(store, context));
      };
      if (options.check) return checkDataSet(context, { ...settings, ...(await source()), cache }, options.json);
      const training = async () =>
        train({
          ...settings,
          ...(await source()),
          cache,
          progress: terminal,
          onDataset: (dataset, input) => printDataSet(context, dataset, input),
          signal,
        });
      const result = await training().catch((error: unknown) => {
        if (isAbort(error))
          terminal.line("Stopped; nothing was published. The same command goes on from what is computed so far.");
        throw error;
      });
      const trained = trainedOf(result);
      if (options.json) context.data(trainedAsJson(trained));
      else printTrained(context, trained, [nextSteps(result, options.store)]);
    });

const backboneName = (name: string): string => {
  if (isEmbedded(name) || isOnnxFile(name)) return name;
  throw new InvalidArgumentError(`It must be one of ${Object.keys(catalogue).join(", ")}, or end in .onnx.`);
};

/** From the 0 to 1 scale to pixels' own. */
const colours = (text: string): Triple => {
  const numbers = text.split(",").map((number) => (number.trim() === "" ? Number.NaN : Number(number) * 255));
  const [red, green, blue] = numbers;
  if (numbers.length !== 3 || numbers.some((number) => !Number.isFinite(number)))
    throw new InvalidArgumentError("It must be three numbers, such as .485,.456,.406.");
  return [red!, green!, blue!];
};

/** @throws UsageError where it is said of what travels with Whippet */
const ownBackbone = ({ backbone, featureCut, inputSize: size, crop, mean, std }: TrainOptions): OwnBackbone => {
  const own = {
    ...(featureCut !== undefined && { featureCut }),
    ...(size !== undefined && { size }),
    ...(crop !== undefined && { crop }),
    ...(mean !== undefined && { mean }),
    ...(std !== undefined && { std }),
  };
  if (Object.keys(own).length > 0 && !isOnnxFile(backbone))
    throw new UsageError(
      `--feature-cut, --input-size, --crop, --mean and --std are for an ONNX file of yours; ${backbone} knows its own`,
    );
  return own;
};

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
  judged: result.judged,
  unknown: result.unknown,
  ...(result.optimistic && { optimistic: result.optimistic }),
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
