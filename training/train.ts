/**
 * A training run, top to bottom: photos → features of the frozen backbone → head → ONNX graph → int8 forms → gate → store.
 * Nothing that readers of the store see changes before the last step.
 */
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";
import { loadCodecs } from "../shared/pixels/codecs-node.ts";
import { augmentedFeatures } from "./augment/features.ts";
import { openBackbone } from "./backbone/open.ts";
import { calibrationOf } from "./calibration.ts";
import { listPhotos } from "./dataset/list-photos.ts";
import { estimateEdge } from "./edge-estimate.ts";
import { buildFloatModel } from "./export/float-model.ts";
import { buildLadder, type Form, pathOf } from "./export/ladder.ts";
import { gatherFeatures } from "./features/gather.ts";
import { createPool, type Pool } from "./features/pool.ts";
import { featureWorkOf } from "./features/work.ts";
import { describeTuning } from "./finetune/describe.ts";
import { openLearner } from "./finetune/learner.ts";
import { runFormGate } from "./form-gate.ts";
import { type GateView, gateViews, stratified } from "./gate-views.ts";
import { isTuned } from "./head/head.ts";
import { headLogits } from "./head/logits.ts";
import { loadTensorFlow } from "./head/tensorflow.ts";
import { summarise } from "./head/trainer.ts";
import { historyCsv } from "./history.ts";
import { trainHeads } from "./judging/heads.ts";
import { judgeMulti } from "./judging/judge-multi.ts";
import { judgeSingle } from "./judging/judge-single.ts";
import { judgesOf } from "./judging/judges.ts";
import { findOptimism } from "./judging/optimism.ts";
import { buildMetrics } from "./metrics/metrics.ts";
import { publishFinished } from "./publication.ts";
import { readPhotos } from "./read-photos.ts";
import { dataRecord, headRecord, settingsRecord } from "./record.ts";
import { trainingFacts } from "./report/facts.ts";
import { floatSpeed } from "./report/float-speed.ts";
import { writeReport } from "./report/report.ts";
import { startStopwatch } from "./stopwatch.ts";
import type { TrainingOptions, TrainingResult } from "./training.ts";

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
  const { name, store, seed, validation, promote, force, cache, progress, signal } = options;
  const { timed, seconds, total } = startStopwatch(signal);
  // a wrong folder is said before a backbone of some hundred megabytes is fetched
  await listPhotos(options);
  const frozen = await featureWorkOf(
    await openBackbone(options.backbone, options.ownBackbone ?? {}, { progress, signal }),
    options.head.kind,
  );
  const { backbone, work } = frozen;
  const { input, cuts } = backbone;
  const groups = cuts.map(({ channels }) => channels);
  const shared = { pool, cache, signal };

  const { dataset, features } = await timed("features", () =>
    readPhotos({ ...options, ...shared, work, onDataset: (dataset) => options.onDataset?.(dataset, input) }),
  );
  const { labels, photos, combinations } = dataset;
  const rows = gatherFeatures(photos, features);
  const augmented = await timed("views", () =>
    augmentedFeatures(photos, { ...shared, work, views: options.views ?? 1, seed, progress }),
  );

  const judges = judgesOf(photos, validation, seed, combinations);
  const classes = labels.length;
  const { fineTune } = options;
  const tf = await (options.tensorflow ?? loadTensorFlow)();
  const learning = { ...shared, head: options.head, combinations, fineTune, tf, backbone: frozen, photos, seed };
  const { cut, ...learner } = await openLearner(learning);
  const summary = {
    ...summarise(options.head, cuts, classes, combinations !== undefined),
    ...(cut && fineTune && { tuning: describeTuning(cut, fineTune) }),
  };
  options.onHead?.(summary);
  const {
    published: trained,
    logits,
    judging: heads,
    history,
  } = await timed("head", () =>
    trainHeads({
      ...learner,
      classes,
      rows,
      augmented,
      judges,
      progress,
      onEpoch: options.onEpoch,
    }),
  );
  const known = { photos, labels, classes, rows, logits, judges };
  const tuned = await timed("export", () => learner.backboneOf(trained));
  const judging = {
    ...{ ...shared, ...known, ...learner, published: trained, work: tuned.work, seed, progress },
    // each draw trains twice, which takes minutes where blocks are trained too
    ...(fineTune && { draws: 1 }),
  };
  const judgement = await timed("unknown", () =>
    combinations ? judgeMulti({ ...judging, combinations }) : judgeSingle(judging),
  );
  const { head: published, heldOut, unknown } = judgement;

  const float = await buildFloatModel({
    ...{ backbone: tuned.bytes, cuts, head: published, sigmoid: combinations !== undefined },
  });
  const statistics = await timed("calibration", () =>
    calibrationOf({ ...shared, float, photos: stratified(photos, seed), backbone, progress }),
  );
  const engines = { native: await createNativeEngine(), web: await createWebEngine() };
  const answers = new Map(photos.map(({ sha256 }, at) => [sha256, { float: features[at]!, heldOut: heldOut[at] }]));
  const views = gateViews(photos, seed, ({ sha256 }) => answers.get(sha256)?.heldOut !== undefined);
  const isPlain = ({ view }: GateView) => Object.keys(view).length === 0;
  const gated = await timed("gate", () =>
    runFormGate({
      ...shared,
      float,
      knownFloat: (view) => {
        // features of the frozen backbone say nothing of one that has learned since
        const known = isTuned(trained) ? undefined : answers.get(view.sha256)?.float;
        return known instanceof Float32Array && isPlain(view) ? headLogits(published, known)[0] : undefined;
      },
      heldOutFloat: (view) => answers.get(view.sha256)?.heldOut,
      ladder: buildLadder(float, statistics),
      views,
      input,
      measure: judgement.gate,
      engines,
      fitsEdge: async (form: Form) => (await estimateEdge(form, input.size, engines.web)).fits,
      force,
      progress,
    }),
  );

  // of the two forms that are served the worse one is shown
  const worst = gated.trials.native.agreement < gated.trials.web.agreement ? "native" : "web";
  const optimistic = await findOptimism({ pretrainedOn: backbone.pretrainedOn, labels, photos });
  const plain = buildMetrics({
    dataset,
    judged: { method: judges.method, heads: judges.heads, photos: judgement.photos },
    ...(fineTune && { fineTune }),
    ...judgement.figures(views, gated.logits[worst]),
    unknown,
    ...(optimistic && { optimistic }),
    ...(options.sweep && { sweep: options.sweep }),
  });
  const settings = settingsRecord(options);
  const { metrics, documents } = await timed("report", async () => {
    const stage = progress.stage("report");
    const training = trainingFacts({
      asked: options,
      metrics: plain,
      dataset,
      answers: judgement.answers(views, gated.logits[worst]),
      history,
      forms: {
        gated,
        float: { bytes: float.length, ms: await floatSpeed(float, input.size, engines), scores: plain.float.scores },
        scores: gated.triedLogits.map((logits) => judgement.figures(views, logits).served.scores),
      },
      backbone,
      settings,
      head: summary,
    });
    const metrics = { ...plain, training };
    const documents = await writeReport({
      ...shared,
      asked: options,
      named: options.named,
      metrics,
      dataset,
      seconds,
      backbone,
      bytesOf: learner.bytesOf,
      engine: engines.native,
      headOf: (photo) => heads[judges.of[photos.indexOf(photo)] ?? -1],
    });
    stage.end("report.html and metrics.json");
    return { metrics, documents };
  });
  const model = {
    name,
    labels,
    ...(published.kind === "linear" && !cuts[0].vector && { mapped: labels.length }),
    backbone,
    gated,
    ...judgement.answering,
    metrics: { float: metrics.float.scores, served: metrics.served.scores, agreement: gated.trials[worst].agreement },
    data: dataRecord({ dataset, judges, metrics, seed }),
    head: headRecord({ head: trained, groups, photos: photos.length, fineTune, backend: tf.getBackend() }),
    settings,
    ...(options.publicPhotos && { publicPhotos: true }),
    seconds: { ...seconds, total: total() },
    documents: [...documents, { path: "history.csv", bytes: encode(historyCsv(history)), contentType: "text/csv" }],
  };
  const stage = progress.stage("publish");
  const release = await publishFinished(model, { store, engines, codecs: await loadCodecs(), promote });
  stage.end(`${name} ${release.version}${release.existed ? " (was there already)" : ""}`);
  return {
    ...release,
    model: name,
    seconds: total(),
    dataset,
    metrics: model.metrics,
    figures: metrics,
    serve: { native: pathOf(gated.serve.native), web: pathOf(gated.serve.web) },
    gate: gated.gate,
  };
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
