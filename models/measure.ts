/**
 * Measures the built-in model where photos are at hand, and writes what it learnt, numbers only, to `models/dog-breeds.json`:
 *
 *   node models/measure.ts ../shared/photos
 *
 * The folder holds `dogs` (breeds by their names here; the backbone has seen them: for ranges and temperature), `dogs-clean`
 * (never seen: for accuracy) and `flowers` (a stand-in for everything else).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTerminal } from "../cli/terminal.ts";
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";
import { sha256 } from "../shared/hash.ts";
import { createFileStore } from "../shared/store/file.ts";
import { buildDogBreeds, somethingElse } from "../training/built-in/dog-breeds.ts";
import { type BuiltInRecord, recordFile, recordSchema } from "../training/built-in/record.ts";
import { createCache } from "../training/cache.ts";
import { calibrationOf } from "../training/calibration.ts";
import type { Photo } from "../training/dataset/dataset.ts";
import { fingerprint } from "../training/dataset/fingerprint.ts";
import { listFolders } from "../training/dataset/folders.ts";
import { estimateEdge } from "../training/edge-estimate.ts";
import { buildLadder, type Form, pathOf } from "../training/export/ladder.ts";
import { extractFeatures } from "../training/features/extract.ts";
import { createPool } from "../training/features/pool.ts";
import { runFormGate, score } from "../training/form-gate.ts";
import { gateViews, stratified } from "../training/gate-views.ts";
import { fitTemperature } from "../training/head/calibrate.ts";

const SEED = 1;
/** 121 labels lie close together, so that in 500 views chance alone moves agreement by more than half a point. */
const VIEWS = 2000;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("say where the photos are: node models/measure.ts ../shared/photos");

const progress = createTerminal({ stream: process.stderr });
const cache = createCache(createFileStore(".whippet/cache"), progress.line);
const { labels, backbone, float } = await buildDogBreeds();
const { input } = backbone;

/** Breeds are written with hyphens where the photos lie, and with underscores or hyphens in ImageNet's list. */
const plain = (name: string): string => name.replaceAll("-", "_");
const labelOf = (name: string): number => {
  const label = labels.findIndex((candidate) => plain(candidate) === plain(name));
  return label === -1 ? labels.indexOf(somethingElse) : label;
};
const photosIn = async (name: string, part: Photo["part"]): Promise<Photo[]> => {
  const { readable } = await fingerprint((await listFolders(join(folder, name))).files, {});
  return readable.map(({ path, sha256, label }) => ({ path, sha256, part, label: labelOf(label) }));
};
const seen = [...(await photosIn("dogs", "training")), ...(await photosIn("flowers", "training"))];
const unseen = await photosIn("dogs-clean", "validation");

const pool = createPool();
try {
  const calibration = stratified(seen, SEED);
  const statistics = await calibrationOf({ float, photos: calibration, count: 200, backbone, pool, cache, progress });
  const { features: logits } = await extractFeatures(calibration, {
    pool,
    cache,
    work: { input, model: { bytes: float, precision: "float32", engine: "native" } },
  });
  const temperature = fitTemperature(
    logits as Float32Array[],
    calibration.map(({ label }) => label),
  );
  const engines = { native: await createNativeEngine(), web: await createWebEngine() };
  const views = gateViews([...unseen, ...seen], SEED, undefined, VIEWS);
  const gated = await runFormGate({
    pool,
    cache,
    progress,
    input,
    float,
    measure: { score: (logits, labels) => score(logits, labels, temperature) },
    engines,
    ladder: buildLadder(float, statistics),
    views,
    fitsEdge: async (form: Form) => (await estimateEdge(form, input.size, engines.web)).fits,
    force: false,
  });
  const worst = gated.trials.native.agreement < gated.trials.web.agreement ? "native" : "web";
  const record: BuiltInRecord = {
    schema: 1,
    photos: `${seen.length} for ranges and temperature, ${unseen.length} of ${new Set(unseen.map(({ label }) => label)).size} breeds that the backbone has never seen for accuracy`,
    statistics,
    temperature,
    metrics: {
      float: score(
        gated.logits.float.filter((_, view) => views[view]!.label !== undefined),
        views.flatMap(({ label }) => label ?? []),
        temperature,
      ),
      ...(gated.trials[worst].validation && { served: gated.trials[worst].validation }),
      agreement: gated.trials[worst].agreement,
    },
    gate: { ...gated.gate, precomputed: true },
    serve: { native: pathOf(gated.serve.native), web: pathOf(gated.serve.web) },
    files: await Promise.all(
      gated.files.map(async ({ form, ms, trials }) => ({
        form: form.name,
        path: pathOf(form),
        sha256: await sha256(form.bytes),
        ms,
        trials,
      })),
    ),
  };
  await writeFile(recordFile, `${JSON.stringify(recordSchema.parse(record))}\n`);
  progress.line(`${recordFile}: ${JSON.stringify(record.metrics)}, temperature ${temperature.toFixed(3)}`);
} finally {
  await pool.close();
}
