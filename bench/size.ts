/** `npm run size`: what the two Workers, what browsers load from them, and an installation take. Exits with 1 when a bound is broken. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAssets } from "../functions/page/assets/build.ts";
import { compress } from "../functions/page/assets/folder.ts";
import { installedPackages } from "./installed.ts";
import { measureMemory, publishDogBreeds } from "./memory.ts";
import { buildWorker, gzippedModules, workers } from "./worker-bundle.ts";

const MEGA = 1_000_000;

/** In bytes as they travel, beside the model's own file. */
const inBrowser = [
  { title: "a model with a plan", onnx: false, bound: 0.25 * MEGA },
  { title: "the first model without one", onnx: true, bound: 2.9 * MEGA },
];
/** An isolate has 128 MB; ten are left for the script and V8. */
const WORKER_MEMORY = 118 * MEGA;

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
  const memory = await measureMemory(publishDogBreeds);
  const packages = await installedPackages();
  const [largest, rest] = [packages.slice(0, 8), packages.slice(8)];
  held.push(
    report(
      "The Worker's memory, serving dog-breeds, during a 12-megapixel progressive JPEG",
      Object.entries(memory),
      WORKER_MEMORY,
    ),
    report("An installation (npm install --omit=dev)", [
      ...largest.map(({ name, bytes }) => [name, bytes] as const),
      [`${rest.length} others`, rest.reduce((sum, { bytes }) => sum + bytes, 0)],
    ]),
  );
  if (held.includes(false)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
