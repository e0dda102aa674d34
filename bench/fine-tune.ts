/**
 * `npm run bench:fine-tune <photos> [blocks] [seeds]`: whether fine-tuning beats the frozen backbone, on the same photos that
 * neither has learned from. Each seed deals the photos anew and holds out its first fold; both learn from the others. On
 * TensorFlow.js' node binding where it is there. A line per seed: right answers, and NLL by a temperature fitted to other photos.
 */
import { join } from "node:path";
import { openStore } from "../shared/store/open.ts";
import { hasTfjsNode, loadTfjsNode } from "../test/tools/tfjs-node.ts";
import { openBackbone } from "../training/backbone/open.ts";
import { createCache } from "../training/cache.ts";
import { fingerprint } from "../training/dataset/fingerprint.ts";
import { listPhotos } from "../training/dataset/list-photos.ts";
import { extractFeatures } from "../training/features/extract.ts";
import { gatherFeatures, rowsOf } from "../training/features/gather.ts";
import { createPool } from "../training/features/pool.ts";
import { featureWorkOf } from "../training/features/work.ts";
import { openLearner } from "../training/finetune/learner.ts";
import { tuningDefaults } from "../training/finetune/settings.ts";
import { calibrateJudged, honestScores } from "../training/judging/calibrated.ts";
import { dealFolds } from "../training/judging/folds.ts";
import { scorePredictions } from "../training/metrics/scores.ts";
import { openTensorFlow } from "../training/task/tensorflow.ts";

const [folder, blocks = "10", seeds = "1,2,3,4,5", epochs = String(tuningDefaults.epochs)] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a folder of photos, a folder per class");
const FOLDS = 5;

const { files } = await listPhotos({ photos: folder });
const { readable } = await fingerprint(files, {});
const names = [...new Set(readable.map(({ label }) => label))].sort();
const photos = readable.map((photo) => ({ ...photo, label: names.indexOf(photo.label) }));
const backbone = await featureWorkOf(
  await openBackbone("lite0", {}, { progress: { line: console.error, stage: () => ({ update() {}, end() {} }) } }),
);
const pool = createPool();
const cache = createCache(openStore(`file:${join(".whippet", "bench")}`), console.error);
const { features } = await extractFeatures(photos, { pool, cache, work: backbone.work });
const rows = gatherFeatures(photos, features);
const tf = await openTensorFlow("cpu", { blocks: true, ...(hasTfjsNode() && { load: loadTfjsNode }) });
const shared = { head: { kind: "linear" }, tf, backbone, photos, seed: 1, pool, cache } as const;
const fineTune = { ...tuningDefaults, blocks: Number(blocks), epochs: Number(epochs) };
const learners = { frozen: await openLearner(shared), tuned: await openLearner({ ...shared, fineTune }) };

console.log(`${photos.length} photos, the last ${blocks} blocks, ${tf.getBackend()}`);
for (const seed of seeds.split(",").map(Number)) {
  const dealt = dealFolds(photos, FOLDS, seed);
  const held = rowsOf(rows, (photo) => dealt[photo] === 0);
  const training = rowsOf(rows, (photo) => dealt[photo] !== 0);
  const inside = dealFolds(
    Array.from(held.photo, (photo) => photos[photo]!),
    FOLDS,
    seed,
  );
  const parts = inside.map((part) => part ?? 0);
  const labels = [...held.labels];
  const said: string[] = [];
  for (const [name, learner] of Object.entries(learners)) {
    const { user, system } = process.cpuUsage();
    const head = await learner.train({ training, classes: names.length });
    const seconds = (process.cpuUsage().user + process.cpuUsage().system - user - system) / 1e6;
    const logits = await learner.answer(head, held);
    const calibration = calibrateJudged({ logits, labels, parts });
    const { top1, nll, ece } = scorePredictions({ scores: honestScores(logits, parts, calibration), labels });
    const right = Math.round(top1 * labels.length);
    said.push(
      `${name} ${right}/${labels.length} NLL ${nll.toFixed(3)} ECE ${ece.toFixed(3)} (${head.tuned?.epochs ?? 0} epochs, ${seconds.toFixed(0)} s CPU)`,
    );
    // so that what is exported is what was trained
    await learner.backboneOf(head);
  }
  console.log(`seed ${seed}: ${said.join("; ")}`);
}
await pool.close();
