/** The facts of a training that `metrics.json` and the report tell beside its figures (shared/training-facts.ts). */
import { relative } from "node:path";
import type { Metrics } from "../../shared/metrics.ts";
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import type { Epoch, TrainingFacts } from "../../shared/training-facts.ts";
import type { Backbone } from "../backbone/backbone.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { stratified } from "../gate-views.ts";
import type { HeadSummary } from "../head/trainer.ts";
import type { PhotoAnswer } from "../judging/judgement.ts";
import { versions } from "../provenance.ts";
import { choosePhotos } from "./choose.ts";
import { type Commanded, commandOf } from "./command.ts";
import { type FormsOptions, formFacts } from "./forms.ts";
import { leftOutOf } from "./left-out.ts";

/** Photos of a batch that is shown. */
const BATCH = 8;

export interface FactsOptions {
  /** What the training was asked for. */
  asked: Commanded & { labels?: string | undefined };
  metrics: Metrics;
  dataset: Dataset;
  /** By what is served. */
  answers: readonly PhotoAnswer[];
  history: readonly Epoch[];
  forms: FormsOptions;
  backbone: Backbone;
  settings: TrainingFacts["settings"];
  head: HeadSummary;
}

export const trainingFacts = (options: FactsOptions): TrainingFacts => {
  const { asked, metrics, dataset, answers, history, forms, backbone, settings, head } = options;
  const { publicPhotos = false, seed, views = 1, labels } = asked;
  const perLabel = new Map(metrics.served.perClass.map(({ label, threshold }) => [label, threshold]));
  const thresholds = dataset.combinations && dataset.labels.map((label) => perLabel.get(label) ?? 0);
  return {
    history: [...history],
    forms: formFacts(forms),
    ...choosePhotos({ answers, labels: dataset.labels, confusion: metrics.served.confusion, thresholds }, ({ path }) =>
      publicPhotos ? relative(dataset.root, path) : undefined,
    ),
    leftOut: leftOutOf(dataset, publicPhotos),
    batch: {
      shape: shapeOf(backbone.input, Math.min(BATCH, dataset.photos.length)),
      views,
      photos: stratified(dataset.photos, seed)
        .slice(0, BATCH)
        .map(({ sha256 }) => sha256),
    },
    command: commandOf(asked, { photos: "<photos>", labels: labels === undefined ? undefined : "<labels>" }),
    settings,
    head: {
      ...{ layers: head.layers, loss: head.loss, optimizer: head.optimizer },
      ...(head.tuning !== undefined && { tuning: head.tuning }),
    },
    backbone: { name: backbone.name, pretrainedOn: backbone.pretrainedOn },
    versions: versions(),
  };
};

const shapeOf = ({ size }: InputSpec, photos: number): number[] => [photos, 3, size, size];
