/** `whippet train` on this machine. */
import { join } from "node:path";
import { isAbort } from "../../shared/failure.ts";
import { openStore } from "../../shared/store/open.ts";
import type { OwnSettings } from "../../training/backbone/open.ts";
import { createCache, localCache } from "../../training/cache.ts";
import type { HeadChoice } from "../../training/head/trainer.ts";
import { createRunLog } from "../../training/runs/run-log.ts";
import { type TrainingResult, train } from "../../training/train.ts";
import { checkDataSet } from "../check.ts";
import type { CommonOptions, Context } from "../context.ts";
import { printDataSet } from "../data-set.ts";
import { feedbackStore, localPhotos, photosWithFeedback } from "../photos.ts";
import { printTrained, type Trained, trainedAsJson } from "../trained.ts";
import { forgetStopped, RUNS, rememberStopped } from "./last-run.ts";
import { printHead } from "./print-head.ts";

export interface LocalOptions extends CommonOptions {
  photos: string;
  labels: string | undefined;
  multiLabel: boolean;
  feedback: string | undefined;
  name: string;
  backbone: string;
  ownBackbone: OwnSettings;
  validation: number;
  seed: number;
  views?: number;
  head: HeadChoice;
  promote: boolean;
  force: boolean;
  /** Where TensorBoard's events go; `true`: beside the history. */
  tensorboard?: string | true;
  /** Only look at the photos. */
  check: boolean;
  /** The command line, after `train`. */
  arguments: readonly string[];
}

export const trainLocally = async (context: Context, options: LocalOptions): Promise<void> => {
  const { terminal, signal } = context;
  const { name, tensorboard } = options;
  const store = context.openStore(options);
  const source = async () => {
    const own = {
      photos: await localPhotos(context, options.photos),
      labels: options.labels,
      multiLabel: options.multiLabel,
    };
    return photosWithFeedback(context, own, options.feedback, feedbackStore(store, context));
  };
  const { backbone, ownBackbone, validation, seed, views, head, promote, force } = options;
  const settings = {
    ...{ name, store, backbone, ownBackbone, validation, seed, head, promote, force },
    ...(views !== undefined && { views }),
    cache: createCache(openStore(localCache), terminal.line),
  };
  if (options.check) return checkDataSet(context, { ...settings, ...(await source()) }, options.json);

  const folder = join(RUNS, name);
  const log = createRunLog({ folder, tensorboard: tensorboard === true ? folder : tensorboard });
  const training = async () =>
    train({
      ...settings,
      ...(await source()),
      progress: terminal,
      onDataset: (dataset, input) => printDataSet(context, dataset, input),
      onHead: (summary) => printHead(context, summary),
      onEpoch: log.onEpoch,
      signal,
    });
  const result = await training().catch(async (error: unknown) => {
    if (!isAbort(error)) throw error;
    await rememberStopped(options.arguments);
    terminal.line("Stopped; nothing was published. What is computed is kept: go on with");
    terminal.line("  npx whippet train --resume");
    throw error;
  });
  await forgetStopped();
  const trained = trainedOf(result);
  if (options.json) context.data(trainedAsJson(trained));
  else printTrained(context, trained, [nextSteps(result, options.store)]);
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
