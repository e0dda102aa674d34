/** `whippet train` on this machine. */
import { join } from "node:path";
import { isAbort } from "../../shared/failure.ts";
import { readManifest } from "../../shared/registry.ts";
import { openStore } from "../../shared/store/open.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Trial } from "../../shared/training-job.ts";
import type { OwnSettings } from "../../training/backbone/open.ts";
import { createCache, localCache } from "../../training/cache.ts";
import type { PhotoSource } from "../../training/dataset/list-photos.ts";
import type { TuningSettings } from "../../training/finetune/settings.ts";
import type { TensorFlow } from "../../training/head/tensorflow.ts";
import type { HeadChoice } from "../../training/head/trainer.ts";
import { judgesOf } from "../../training/judging/judges.ts";
import { createRunLog } from "../../training/runs/run-log.ts";
import { outcomeOf, runTrials, type ScoredTrial } from "../../training/sweep/trials.ts";
import { type Device, findCpuBinding, openTensorFlow } from "../../training/task/tensorflow.ts";
import { train } from "../../training/train.ts";
import type { TrainingResult } from "../../training/training.ts";
import { checkDataSet } from "../check.ts";
import type { CommonOptions, Context } from "../context.ts";
import { printDataSet } from "../data-set.ts";
import { printTrained } from "../end-screen.ts";
import { feedbackStore, localPhotos, photosWithFeedback } from "../photos.ts";
import { findReport } from "../report-place.ts";
import type { Terminal } from "../terminal.ts";
import { type Trained, trainedAsJson } from "../trained.ts";
import { forgetStopped, RUNS, rememberStopped } from "./last-run.ts";
import { nextSteps } from "./next-steps.ts";
import { printHead } from "./print-head.ts";
import { printSweep, printTrial } from "./print-sweep.ts";

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
  publicPhotos: boolean;
  /** Ways to train, of which the best is taken. */
  sweep?: readonly Trial[] | undefined;
  fineTune?: TuningSettings;
  /** What trains; the CPU by default. */
  device?: Device;
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
  const { backbone, ownBackbone, validation, seed, views, head, fineTune, device, publicPhotos, promote, force } =
    options;
  const settings = {
    ...{ name, store, backbone, ownBackbone, validation, seed, head, publicPhotos, promote, force },
    named: { photos: options.photos, labels: options.labels },
    ...(views !== undefined && { views }),
    ...(fineTune && { fineTune }),
    cache: createCache(openStore(localCache), terminal.line),
  };
  if (options.check) return checkDataSet(context, { ...settings, ...(await source()) }, options.json);

  const folder = join(RUNS, name);
  const log = createRunLog({ folder, tensorboard: tensorboard === true ? folder : tensorboard });
  const best = async (photos: PhotoSource, tensorflow: () => Promise<TensorFlow>) => {
    if (options.sweep === undefined) return {};
    const { sweep: trials } = options;
    const onTrial = (one: ScoredTrial, done: number) => printTrial(context, one, done, trials);
    const scored = await runTrials({ ...settings, ...photos, trials, tensorflow, progress: terminal, onTrial, signal });
    printSweep(context, scored);
    return outcomeOf(scored, seed);
  };
  const training = async () => {
    // before an hour of features: whether there is what was asked for
    const tf = await openTensorFlow(device ?? "cpu", { blocks: fineTune !== undefined });
    if (fineTune && tf.getBackend() === "wasm") await sayWhatIsFaster(terminal);
    const tensorflow = async () => tf;
    const photos = await source();
    return train({
      ...settings,
      tensorflow,
      ...photos,
      ...(await best(photos, tensorflow)),
      progress: terminal,
      onDataset: (dataset, input) =>
        printDataSet(context, dataset, input, judgesOf(dataset.photos, validation, seed, dataset.combinations)),
      onHead: (summary) => printHead(context, summary),
      onEpoch: log.onEpoch,
      signal,
    });
  };
  const result = await training().catch(async (error: unknown) => {
    if (!isAbort(error)) throw error;
    await rememberStopped(options.arguments);
    terminal.line("Stopped; nothing was published. What is computed is kept: go on with");
    terminal.line("  npx whippet train --resume");
    throw error;
  });
  await forgetStopped();
  const report = await findReport(store, name, result.version);
  if (result.existed) await sayWhatStays(context, store, result, publicPhotos);
  const trained = trainedOf(result, report);
  if (options.json) context.data(trainedAsJson(trained));
  else printTrained(context, trained, nextSteps(trained, options.store));
};

/** Before hours of blocks on WebAssembly: a third of them would do. */
const sayWhatIsFaster = async (terminal: Terminal): Promise<void> => {
  const found = await findCpuBinding();
  if ("tf" in found) return;
  terminal.line(`Blocks learn on WebAssembly: ${found.lacks}.`);
  terminal.line("It takes a third of the time:");
  terminal.line(`  ${found.fix}`);
};

const trainedOf = ({ dataset, ...result }: TrainingResult, report: string | null): Trained => ({
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
  judged: result.figures.judged,
  unknown: result.figures.unknown,
  ...(result.figures.optimistic && { optimistic: result.figures.optimistic }),
  files: result.files,
  serve: result.serve,
  gate: result.gate,
  report,
  figures: result.figures,
});

/** A version that was there keeps the report it was published with. */
const sayWhatStays = async (
  { terminal }: Context,
  store: Store,
  { model, version }: TrainingResult,
  wanted: boolean,
): Promise<void> => {
  const { publicPhotos = false } = await readManifest(store, model, version);
  if (publicPhotos === wanted) return;
  terminal.line(
    `The same model was published before, with photos that ${publicPhotos ? "anyone" : "only its owner"} may see in its report; to change that,`,
  );
  terminal.line(`  npx whippet remove ${model} ${version}   and train again`);
};
