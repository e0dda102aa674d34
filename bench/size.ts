/** `npm run size`: what the two Workers, what browsers load from them, and an installation take. Exits with 1 when a bound is broken. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { buildAssets } from "../functions/page/assets/build.ts";
import { compress } from "../functions/page/assets/folder.ts";
import { installedPackages } from "./installed.ts";
import { measureMemory, publishBackbone, publishDogBreeds } from "./memory/measure.ts";
import { buildWorker, gzippedModules, workers } from "./worker-bundle.ts";

const MEGA = 1_000_000;

/** In bytes as they travel, beside the model's own file. */
const inBrowser = [
  { title: "a model with a plan", onnx: false, bound: 0.25 * MEGA },
  { title: "the first model without one", onnx: true, bound: 2.9 * MEGA },
];
/** An isolate has 128 MB; ten are left for the script and V8. */
const WORKER_MEMORY = 118 * MEGA;
/** The most that is served in each: the larger embedded backbone has a plan, of the ONNX files lite0's fp16 is the largest that fits. */
const inMemory = [
  { title: "The Worker's memory, serving dog-breeds", entry: "edge", publish: publishDogBreeds },
  {
    title: "The Worker's with onnxruntime-web, serving lite0 in fp16",
    entry: "edge-onnx",
    publish: (bucket: R2Bucket) => publishBackbone(bucket, "lite0"),
  },
] as const;
/** Three quarters of it are onnxruntime for every system, for Node and for browsers, and TensorFlow.js in every format. */
const INSTALLED = 850 * MEGA;

const megabytes = (bytes: number): string => `${(bytes / MEGA).toFixed(2).padStart(8)} MB`;

/** Prints the parts and their sum. @returns whether the sum is within `bound` */
const report = (
  title: string,
  parts: readonly (readonly [string, number])[],
  bound = Number.POSITIVE_INFINITY,
): boolean => {
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const held = total <= bound;
  console.log(`\n${title}`);
  for (const [name, bytes] of parts) console.log(`${megabytes(bytes)}  ${name}`);
  const verdict = Number.isFinite(bound) ? ` of at most ${megabytes(bound).trim()}${held ? "" : "  TOO LARGE"}` : "";
  console.log(`${megabytes(total)}  in all${verdict}`);
  return held;
};

const folder = await mkdtemp(join(tmpdir(), "whippet-size-"));
try {
  const held = [];
  for (const [i, { title, entry, bound }] of workers.entries()) {
    const outdir = join(folder, String(i));
    await buildWorker(entry, outdir);
    const parts = (await gzippedModules(outdir)).map(
      ({ module, gzip }) => [module.replace(/^[0-9a-f]{40}-/, ""), gzip] as const,
    );
    held.push(report(`${title}'s script, gzipped`, parts, bound));
  }
  const assets = await Promise.all(
    [...(await buildAssets())].map(async ([name, bytes]) => [name, (await compress(bytes)).length] as const),
  );
  for (const { title, onnx, bound } of inBrowser) {
    const parts = assets.filter(([name]) => name.startsWith("ort") === onnx);
    held.push(report(`What a browser loads to run ${title} itself, compressed`, parts, bound));
  }
  for (const { title, entry, publish } of inMemory) {
    const memory = await measureMemory(entry, publish);
    held.push(report(`${title}, during a 12-megapixel progressive JPEG`, Object.entries(memory), WORKER_MEMORY));
  }
  const packages = await installedPackages();
  const [largest, rest] = [packages.slice(0, 8), packages.slice(8)];
  const others = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  const installed = [
    ...largest.map(({ name, bytes }) => [name, bytes] as const),
    [`${rest.length} others`, others] as const,
  ];
  held.push(report("An installation (npm install --omit=dev)", installed, INSTALLED));
  if (held.includes(false)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
