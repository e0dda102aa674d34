/**
 * A training run, top to bottom: photos → features of the frozen backbone → head → ONNX graph → int8 forms → gate → store.
 * Nothing that readers of the store see changes before the last step.
 */
import { calibrate } from "../shared/classifier/scores.ts";
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";
import type { Manifest, ModelFile } from "../shared/manifest.ts";
import { loadCodecs } from "../shared/pixels/codecs-node.ts";
import type { InputSpec } from "../shared/pixels/pixels.ts";
import type { Problem } from "../shared/problem.ts";
import type { Published } from "../shared/registry.ts";
import type { Store } from "../shared/store/store.ts";
import { augmentedFeatures } from "./augment/features.ts";
import type { OwnBackbone } from "./backbone/onnx-file.ts";
import { openBackbone } from "./backbone/open.ts";
import type { Cache } from "./cache.ts";
import { calibrationOf } from "./calibration.ts";
import type { Dataset, Photo } from "./dataset/dataset.ts";
import type { PhotoSource } from "./dataset/list-photos.ts";
import { estimateEdge } from "./edge-estimate.ts";
import { buildFloatModel } from "./export/float-model.ts";
import { buildLadder, type Form, pathOf } from "./export/ladder.ts";
import { gatherFeatures } from "./features/gather.ts";
import { createPool, type Pool } from "./features/pool.ts";
import { featureWorkOf } from "./features/work.ts";
import { runFormGate } from "./form-gate.ts";
import { type GateView, gateViews, stratified } from "./gate-views.ts";
import { fitTemperature } from "./head/calibrate.ts";
import type { Epoch, LinearHead, LinearHeadSettings } from "./head/linear.ts";
import { headLogits } from "./head/logits.ts";
import { loadTensorFlow, type TensorFlow } from "./head/tensorflow.ts";
import { fitUnknownThreshold } from "./head/unknown.ts";
import { historyCsv } from "./history.ts";
import { buildMetrics } from "./metrics/metrics.ts";
import type { Predictions } from "./metrics/predictions.ts";
import type { Progress } from "./progress.ts";
import { publishFinished } from "./publication.ts";
import { readPhotos } from "./read-photos.ts";
import { trainHeads } from "./train-head.ts";

export interface TrainingOptions extends PhotoSource {
  /** The model's. */
  name: string;
  store: Store;
  /** One of the catalogue's, or the path of an ONNX file. */
  backbone: string;
  /** What is to be known of an ONNX file, where it does not stand beside it. */
  ownBackbone?: OwnBackbone;
  /** Share of each class kept to judge by. */
  validation: number;
  seed: number;
  /** Looks at each photo to learn from; 1 by default, the plain one. */
  views?: number;
  head: Partial<LinearHeadSettings>;
  /** Lets the new version answer. */
  promote: boolean;
  /** Publishes even what the gate refuses. */
  force: boolean;
  /** Where features and whatever else a second run need not compute again are kept. */
  cache: Cache;
  progress: Progress;
  /** What trains the head; by default TensorFlow.js' WebAssembly backend. */
  tensorflow?: () => Promise<TensorFlow>;
  /** Called once the photos are known, before anything is computed from them. */
  onDataset?: (dataset: Dataset, input: InputSpec) => void;
  /** Called after each of the head's epochs. */
  onEpoch?: (row: Epoch) => void;
  signal?: AbortSignal | undefined;
}

export interface TrainingResult extends Published {
  model: string;
  seconds: number;
  dataset: Dataset;
  metrics: Manifest["metrics"];
  files: ModelFile[];
  serve: Manifest["serve"];
  gate: Manifest["gate"];
}

/** @throws GateRefusedError when no form of the model is as good as the float model, unless `force` */
export const train = async (options: TrainingOptions): Promise<TrainingResult> => {
  const pool = createPool();
  try {
    return await trainWith(pool, options);
  } finally {
    await pool.close();
  }
};

const trainWith = async (pool: Pool, options: TrainingOptions): Promise<TrainingResult> => {
  const { name, store, seed, promote, force, cache, progress, signal } = options;
  const started = performance.now();
  const seconds: Record<string, number> = {};
  const timed = async <Result>(step: string, work: () => Promise<Result>): Promise<Result> => {
    const begun = performance.now();
    const result = await work();
    seconds[step] = Math.round(performance.now() - begun) / 1000;
    signal?.throwIfAborted();
    return result;
  };
  const { backbone, bytes, work } = await featureWorkOf(
    await openBackbone(options.backbone, options.ownBackbone, progress.line),
  );
  const { input, cuts } = backbone;
  const groups = cuts.map(({ channels }) => channels);
  const shared = { pool, cache, signal };

  const { dataset, features } = await timed("features", () =>
    readPhotos({ ...options, ...shared, work, onDataset: (dataset) => options.onDataset?.(dataset, input) }),
  );
  const { labels, photos } = dataset;
  const parts = gatherFeatures(photos, features);
  const augmented = await timed("views", () =>
    augmentedFeatures(photos, { ...shared, work, views: options.views ?? 1, seed, progress }),
  );

  const { published: head, heldOut } = await timed("head", async () =>
    trainHeads({
      tf: await (options.tensorflow ?? loadTensorFlow)(),
      parts,
      augmented,
      classes: labels.length,
      groups,
      settings: options.head,
      cache,
      progress,
      onEpoch: options.onEpoch,
      signal,
    }),
  );
  const judged = headLogits(heldOut, parts.validation.features);
  const temperature = fitTemperature(judged, parts.validation.labels);
  const unknown = fitUnknownThreshold(judged);

  const float = await buildFloatModel({ backbone: bytes, cuts, head });
  const statistics = await timed("calibration", () =>
    calibrationOf({ ...shared, float, photos: stratified(photos, "training", seed), backbone, progress }),
  );
  const engines = { native: await createNativeEngine(), web: await createWebEngine() };
  const views = gateViews(photos, seed);
  const knownFloat = floatLogitsOf(head, photos, features);
  const heldOutFloat = floatLogitsOf(heldOut, photos, features);
  const fitsEdge = async (form: Form) => (await estimateEdge(form, input.size, engines.web)).fits;
  const ladder = buildLadder(float, statistics);
  const gated = await timed("gate", () =>
    runFormGate({
      ...shared,
      float,
      knownFloat,
      heldOutFloat,
      ladder,
      views,
      input,
      temperature,
      engines,
      fitsEdge,
      force,
      progress,
    }),
  );

  // of the two forms that are served the worse one is shown
  const worst = gated.trials.native.agreement < gated.trials.web.agreement ? "native" : "web";
  const { agreement } = gated.trials[worst];
  const metrics = buildMetrics(
    labels,
    photos,
    predictionsOf(judged, parts.validation.labels, temperature),
    predictionsOf(
      gated.logits[worst].filter((_, view) => views[view]!.label !== undefined),
      views.flatMap(({ label }) => label ?? []),
      temperature,
    ),
  );
  const model = {
    name,
    labels,
    mapped: labels.length,
    backbone,
    gated,
    temperature,
    ...(unknown && { unknown }),
    metrics: { float: metrics.float.scores, served: metrics.served.scores, agreement },
    data: {
      photos: photos.length,
      classes: Object.fromEntries(
        metrics.classCounts.map(({ label, training, validation }) => [label, training + validation]),
      ),
      training: parts.training.labels.length,
      validation: parts.validation.labels.length,
      skipped: dataset.skipped.length,
      seed,
      split: dataset.splitHash,
    },
    head: { kind: "linear", channels: groups, epochs: head.history.length, photos: photos.length },
    settings: {
      validation: options.validation,
      seed,
      ...(options.views !== undefined && { views: options.views }),
      ...options.head,
    },
    seconds: { ...seconds, total: (performance.now() - started) / 1000 },
    documents: [
      { path: "metrics.json", bytes: encode(JSON.stringify(metrics)), contentType: "application/json" },
      { path: "history.csv", bytes: encode(historyCsv(heldOut.history)), contentType: "text/csv" },
    ],
  };
  const stage = progress.stage("publish");
  const published = await publishFinished(model, { store, engines, codecs: await loadCodecs(), promote });
  stage.end(`${name} ${published.version}${published.existed ? " (was there already)" : ""}`);
  return {
    ...published,
    model: name,
    seconds: (performance.now() - started) / 1000,
    dataset,
    metrics: model.metrics,
    serve: { native: pathOf(gated.serve.native), web: pathOf(gated.serve.web) },
    gate: gated.gate,
  };
};

/** Of plain views the float model's logits follow from the features that are there already. */
const floatLogitsOf = (
  head: LinearHead,
  photos: readonly Photo[],
  features: readonly (Float32Array | Problem)[],
): ((view: GateView) => Float32Array | undefined) => {
  const places = new Map(photos.map(({ sha256 }, place) => [sha256, place]));
  return ({ sha256, view }) => {
    const known = features[places.get(sha256) ?? -1];
    return known instanceof Float32Array && Object.keys(view).length === 0 ? headLogits(head, known)[0] : undefined;
  };
};

const predictionsOf = (
  logits: readonly Float32Array[],
  labels: ArrayLike<number>,
  temperature: number,
): Predictions => ({
  scores: logits.map((row) => calibrate(row, { task: "single-label", temperature })),
  labels,
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
