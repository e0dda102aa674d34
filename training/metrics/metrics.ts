/** Builds `metrics.json` (shared/metrics.ts). */
import type { Figures, Metrics } from "../../shared/metrics.ts";
import { type Dataset, labelsOfPhoto, type Photo } from "../dataset/dataset.ts";
import { frozenNormalisation } from "../finetune/describe.ts";
import { classFigures, confusionMatrix } from "./confusion.ts";
import type { Predictions } from "./predictions.ts";
import { reliability } from "./reliability.ts";
import { scorePredictions } from "./scores.ts";

/** Everything that is reported of one set of predictions. */
export const figuresOf = (predictions: Predictions, labels: readonly string[]): Figures => {
  const confusion = confusionMatrix(predictions, labels.length);
  return {
    scores: scorePredictions(predictions),
    confusion,
    perClass: classFigures(confusion, labels),
    reliability: reliability(predictions),
  };
};

const methods = {
  "out-of-fold":
    "all photos that can judge, each by a head that learned from the other folds; temperature and threshold are fitted to other folds than they are scored on; the published head learned from all photos",
  "held-out":
    "validation photos, by a head that learned from the training photos alone; temperature and threshold are fitted to other parts of them than they are scored on; the published head learned from all photos",
} as const;

const methodOf = (method: keyof typeof methods, fineTune: MetricsParts["fineTune"]): string =>
  fineTune
    ? `${methods[method]}; with each head the backbone's last ${fineTune.blocks === 1 ? "block" : `${fineTune.blocks} blocks`} ` +
      `learned, from the same photos and no others; for how many epochs was found on a tenth of them; ${frozenNormalisation}`
    : methods[method];

const servedMethod =
  "the same, moved by what the served form changes: it answered the gate's photos, and each of its logits lies as far from the held-out one as from the published float model's";

export interface MetricsParts extends Pick<Metrics, "unknown" | "optimistic" | "sweep" | "float" | "served"> {
  dataset: Pick<Dataset, "labels" | "combinations"> & { photos: readonly Pick<Photo, "label" | "part">[] };
  judged: NonNullable<Metrics["judged"]>;
  /** How many of the backbone's last blocks learned with the heads. */
  fineTune?: { blocks: number };
}

export const buildMetrics = (parts: MetricsParts): Metrics => {
  const { dataset, judged, fineTune, float, served, unknown, optimistic, sweep } = parts;
  const { labels, photos } = dataset;
  const counts = labels.map((label) => ({ label, training: 0, validation: 0 }));
  for (const photo of photos) for (const label of labelsOfPhoto(photo, dataset)) counts[label]![photo.part]++;
  return {
    schema: 1,
    labels: [...labels],
    classCounts: counts,
    method: { float: methodOf(judged.method, fineTune), served: servedMethod },
    judged,
    ...(unknown && { unknown }),
    ...(optimistic && { optimistic }),
    ...(sweep && { sweep }),
    float,
    served,
  };
};
