/** What a model's manifest keeps of its training: photos, head and settings. */
import type { Manifest } from "../shared/manifest.ts";
import type { Metrics } from "../shared/metrics.ts";
import type { TrainingFacts } from "../shared/training-facts.ts";
import type { Dataset } from "./dataset/dataset.ts";
import { frozenNormalisation } from "./finetune/describe.ts";
import type { TuningSettings } from "./finetune/settings.ts";
import type { Head } from "./head/head.ts";
import type { Judges } from "./judging/judges.ts";
import type { TrainingOptions } from "./training.ts";

export interface DataParts {
  dataset: Dataset;
  judges: Judges;
  metrics: Pick<Metrics, "classCounts">;
  seed: number;
}

export const dataRecord = ({ dataset, judges, metrics, seed }: DataParts): NonNullable<Manifest["data"]> => {
  const { photos, skipped, splitHash } = dataset;
  return {
    photos: photos.length,
    classes: Object.fromEntries(
      metrics.classCounts.map(({ label, training, validation }) => [label, training + validation]),
    ),
    training: photos.filter(({ part }) => part === "training").length,
    validation: photos.filter(({ part }) => part === "validation").length,
    ...(judges.method === "out-of-fold" && { folds: judges.heads }),
    skipped: skipped.length,
    seed,
    split: splitHash,
  };
};

export interface HeadParts {
  head: Head;
  /** Channels of each feature map. */
  groups: readonly number[];
  photos: number;
  fineTune?: TuningSettings | undefined;
  /** TensorFlow.js' own name of what the blocks were trained on. */
  backend: string;
}

export const headRecord = ({ head, groups, photos, fineTune, backend }: HeadParts): NonNullable<Manifest["head"]> => ({
  ...{ kind: head.kind, channels: [...groups], epochs: head.history.length, photos },
  ...(fineTune && {
    fineTuned: {
      blocks: fineTune.blocks,
      epochs: head.tuned?.epochs ?? 0,
      backend,
      normalisation: frozenNormalisation,
    },
  }),
});

/** What the owner may set, as it was. */
export const settingsRecord = (options: TrainingOptions): TrainingFacts["settings"] => {
  const { validation, multiLabel, seed, views, sweep, head, fineTune } = options;
  return {
    validation,
    ...(multiLabel && { multiLabel: true }),
    seed,
    ...(views !== undefined && { views }),
    ...(sweep && { trials: sweep.length }),
    ...head,
    ...(fineTune && { fineTune: { ...fineTune } }),
  };
};
