/** `whippet train`: a folder of photos in, a published model out. */
import { basename, resolve } from "node:path";
import { Command, Option } from "commander";
import { isAbort } from "../../shared/failure.ts";
import { nameSchema } from "../../shared/manifest.ts";
import { openStore } from "../../shared/store/open.ts";
import { catalogue, defaultBackbone } from "../../training/backbone/catalogue.ts";
import { createCache } from "../../training/cache.ts";
import { type TrainingResult, train } from "../../training/train.ts";
import type { CommonOptions, Context } from "../context.ts";
import { UsageError } from "../failure.ts";
import { example, jsonOption, numberBetween, storeOption } from "../options.ts";
import { duration, megabytes, percent, table } from "../terminal.ts";

interface TrainOptions extends CommonOptions {
  name?: string;
  backbone: string;
  validation: number;
  seed: number;
  epochs?: number;
  learningRate?: number;
  promote: boolean;
  force?: boolean;
}

const CACHE = "file:.whippet/cache";

export const trainCommand = (context: Context): Command =>
  new Command("train")
    .description("make a model from photos and publish it")
    .argument("<photos>", "a folder with one folder of photos per class; the folders' names are the labels")
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
      "of the head at most (default: by the photos' number)",
      numberBetween(1, 100_000, true),
    )
    .option("--learning-rate <factor>", "of the safe first step (default: 1)", numberBetween(1e-6, 10))
    .option("--no-promote", "publish, but let the present version go on answering")
    .option("--force", "publish even what the gate refuses")
    .addOption(storeOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "whippet train ~/photos",
        "whippet train ~/photos --name dogs --backbone lite2",
        "whippet train ~/photos --json | jq .metrics",
      ),
    )
    .action(async (photos: string, options: TrainOptions) => {
      const { terminal, signal } = context;
      const store = context.openStore(options);
      const { backbone, validation, seed, epochs, learningRate, promote, force = false } = options;
      const head = { ...(epochs !== undefined && { epochs }), ...(learningRate !== undefined && { learningRate }) };
      const name = options.name === undefined ? nameOf(photos) : checkName(options.name);
      const settings = { photos, name, store, backbone, validation, seed, head, promote, force };
      const cache = createCache(openStore(CACHE), terminal.line);
      const result = await train({ ...settings, cache, progress: terminal, signal }).catch((error: unknown) => {
        if (isAbort(error))
          terminal.line("Stopped; nothing was published. The same command goes on from what is computed so far.");
        throw error;
      });
      if (options.json) context.data(asJson(result));
      else report(context, result, options);
    });

const checkName = (name: string): string => {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success) throw new UsageError(`--name ${name}: a name has ${parsed.error.issues[0]?.message}`);
  return parsed.data;
};

/** The folder's name, made fit for a URL. */
const nameOf = (photos: string): string => {
  const name = basename(resolve(photos))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 63);
  if (!nameSchema.safeParse(name).success)
    throw new UsageError(`the folder's name ${basename(resolve(photos))} makes no model name; give one with --name`);
  return name;
};

const asJson = ({ dataset, metrics, ...result }: TrainingResult) => ({
  model: result.model,
  version: result.version,
  promoted: result.promoted,
  existed: result.existed,
  seconds: result.seconds,
  photos: dataset.photos.length,
  classes: dataset.labels.length,
  skipped: dataset.skipped,
  warnings: dataset.warnings,
  metrics,
  files: result.files.map(({ trials, ...file }) => ({ ...file, metrics: trials })),
  serve: result.serve,
  gate: result.gate,
  report: null,
});

const report = ({ terminal }: Context, result: TrainingResult, { store }: TrainOptions): void => {
  const { model, version, dataset, metrics, files, serve, gate, promoted } = result;
  const { float, served } = metrics;
  const rows = [["float", float] as const, ["served", served] as const].flatMap(([name, scores]) =>
    scores ? [[name, percent(scores.top1), percent(scores.top5), scores.nll.toFixed(3), scores.ece.toFixed(3)]] : [],
  );
  terminal.line();
  terminal.line(table([`on ${float?.photos ?? 0} validation photos`, "accuracy", "top 5", "NLL", "ECE"], rows));
  terminal.line();
  terminal.line(
    table(
      ["file", "size", "native", "web", "serves"],
      files.map(({ path, bytes, ms }) => [
        path,
        megabytes(bytes),
        `${(ms.native ?? 0).toFixed(1)} ms`,
        `${(ms.web ?? 0).toFixed(1)} ms`,
        [serve.native === path ? "native" : "", serve.web === path ? "web, edge" : ""].filter(Boolean).join(", "),
      ]),
    ),
  );
  for (const note of gate.notes) terminal.line(`gate: ${note}`);
  if (gate.forced) terminal.line("gate: published with --force although it was refused");
  terminal.line();
  terminal.line(
    `${promoted ? "Published" : "Published, not promoted:"} ${model} ${version}: ${dataset.labels.length} classes ` +
      `in ${duration(result.seconds * 1000)}.`,
  );
  const elsewhere = store === undefined ? "" : ` --store ${store}`;
  terminal.line(
    promoted
      ? `Next: npx whippet classify <photo>${elsewhere}   or   npx whippet serve${elsewhere}`
      : `Next: npx whippet promote ${model} ${version}${elsewhere}`,
  );
};
