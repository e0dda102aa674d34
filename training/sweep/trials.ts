/**
 * The trials of a sweep. Each is judged as a training is, by heads that had not learned from what they answer, but over folds
 * that are dealt otherwise: the folds that chose the best would flatter it. Features are the training's own, from the cache.
 */
import type { Scores } from "../../shared/manifest.ts";
import type { Swept } from "../../shared/metrics.ts";
import { Problem } from "../../shared/problem.ts";
import type { Trial } from "../../shared/training-job.ts";
import { augmentedFeatures } from "../augment/features.ts";
import { defaultBackbone } from "../backbone/catalogue.ts";
import { type OwnSettings, openBackbone } from "../backbone/open.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { extractFeatures } from "../features/extract.ts";
import { gatherFeatures } from "../features/gather.ts";
import { createPool, type Pool } from "../features/pool.ts";
import { featureWorkOf } from "../features/work.ts";
import { loadTensorFlow, type TensorFlow } from "../head/tensorflow.ts";
import { openTrainer } from "../head/trainer.ts";
import { answerFrozen, judgeHeads } from "../judging/heads.ts";
import { judgedPhotos } from "../judging/judged.ts";
import { type Judges, judgesOf } from "../judging/judges.ts";
import { scoreJudged } from "../judging/score-judged.ts";
import { behindOf } from "../metrics/behind.ts";
import { type CheckOptions, checkPhotos } from "../read-photos.ts";
import { settingsOf } from "./grid.ts";

export interface TrialsOptions extends Omit<CheckOptions, "pool"> {
  trials: readonly Trial[];
  /** What is to be known of a trial's ONNX file, where it does not stand beside it. */
  ownBackbone?: OwnSettings | undefined;
  /** What trains the heads; by default TensorFlow.js' WebAssembly backend. */
  tensorflow?: (() => Promise<TensorFlow>) | undefined;
  /** Called after each trial. */
  onTrial?: ((scored: ScoredTrial, done: number) => void | Promise<void>) | undefined;
}

export interface ScoredTrial {
  trial: Trial;
  /** Out of fold, or held out where photos are many; calibrated. */
  scores: Scores;
  /** Per photo of the data set, in nats; null for one that judged nothing. */
  losses: readonly (number | null)[];
  /** Without the features, which other trials may have computed. */
  seconds: number;
}

/** Other folds, and of many photos another part kept aside, than the training that follows has. */
const dealtOtherwise = (seed: number): number => (seed + 1_000_003) % 2 ** 31;

/** In their order. @throws Error as a training does */
export const runTrials = async (options: TrialsOptions): Promise<ScoredTrial[]> => {
  const { trials, validation, seed, onTrial } = options;
  const pool = createPool();
  try {
    const dealt = dealtOtherwise(seed);
    const { dataset } = await checkPhotos({ ...options, pool, seed: dealt });
    const scored: ScoredTrial[] = [];
    for (const trial of trials) {
      const one = await runTrial(trial, dataset, { ...options, pool, dealt, validation });
      scored.push(one);
      await onTrial?.(one, scored.length);
    }
    return scored;
  } finally {
    await pool.close();
  }
};

/** By their mean negative log-likelihood: it tells more apart than accuracy does, and minds doubt. */
export const bestOf = <Scored extends Pick<ScoredTrial, "scores">>(scored: readonly Scored[]): Scored =>
  scored.reduce((best, one) => (one.scores.nll < best.scores.nll ? one : best));

/** What a training takes over: the best trial's settings, and what they were compared with. */
export const outcomeOf = (scored: readonly ScoredTrial[], seed: number) => {
  const best = bestOf(scored);
  return {
    ...settingsOf(best.trial, seed),
    sweep: scored.map(
      (one): Swept => ({
        trial: one.trial,
        scores: one.scores,
        ...(one !== best && { behind: behindOf(one.losses, best.losses) }),
        seconds: one.seconds,
      }),
    ),
  };
};

const runTrial = async (
  trial: Trial,
  { photos: all, labels, combinations }: Dataset,
  options: TrialsOptions & { pool: Pool; dealt: number },
): Promise<ScoredTrial> => {
  const { seed, dealt, validation, cache, progress, signal, ownBackbone = {} } = options;
  const { backbone = defaultBackbone, views = 1, head } = settingsOf(trial, seed);
  const opened = await featureWorkOf(await openBackbone(backbone, ownBackbone, { progress, signal }), head.kind);
  const { work } = opened;
  const shared = { ...options, work };

  const stage = progress.stage("features");
  const { features, cached } = await extractFeatures(all, {
    ...shared,
    onProgress: ({ done, total }) => stage.update(done, total),
  });
  if (cached < all.length) stage.end(`${all.length} photos on ${backbone}`);
  // the training that follows names those that are no good at this size
  const sound = [...all.keys()].filter((at) => !(features[at] instanceof Problem));
  const photos = sound.map((at) => all[at]!);
  const rows = gatherFeatures(
    photos,
    sound.map((at) => features[at]!),
  );
  const augmented = await augmentedFeatures(photos, { ...shared, views });

  const begun = performance.now();
  const judges: Judges = judgesOf(photos, validation, dealt, combinations);
  const tf = await (options.tensorflow ?? loadTensorFlow)();
  const groups = opened.backbone.cuts.map(({ channels }) => channels);
  const { logits } = await judgeHeads({
    train: openTrainer(head, { tf, groups, combinations, cache, signal }),
    answer: answerFrozen,
    classes: labels.length,
    rows,
    augmented,
    judges,
  });
  const judged = judgedPhotos(photos, logits, judges, dealt, combinations);
  const { scores, losses } = scoreJudged(judged, labels.length, combinations);
  const lossOf = new Map(losses.map((loss, at) => [judged.photos[at]!, loss]));
  return {
    trial,
    scores,
    losses: all.map((photo) => lossOf.get(photo) ?? null),
    seconds: (performance.now() - begun) / 1000,
  };
};
