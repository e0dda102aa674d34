/**
 * `npm run bench:lambda [-- --rounds 3]`: each engine in each memory size under Lambda's own runtime client, in a control
 * group with that memory and its share of the processor: the package, the start, warm answers, memory, a million photos.
 * The sides take turns; medians go into measured.json, and from there into the tables of docs/lambda.md and README.
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildLambda } from "../../functions/lambda/build.ts";
import { memorySizes } from "../../functions/lambda/memory-sizes.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { temporaryFolder } from "../../test/e2e/folders.ts";
import { modelInFolder } from "../../test/functions/lambda/model.ts";
import { createLambda } from "../../test/tools/lambda.ts";
import { hasRuntimeClient } from "../../test/tools/lambda-ric.ts";
import { messengerPhoto } from "../photos.ts";
import { bundleOf, engines, type Measured, measuredFile, type Run } from "./schema.ts";
import { documents } from "./tables.ts";
import { zippedBytes } from "./zip.ts";

const WARM_UP = 5;
const ANSWERS = 20;

const { rounds } = parseArgs({ options: { rounds: { type: "string", default: "3" } } }).values;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const measure = async (folder: string, memory: number, store: string, body: Uint8Array<ArrayBuffer>): Promise<Run> => {
  const lambda = await createLambda({ folder, memory, environment: { WHIPPET_STORE: store }, shareCpu: true });
  if (!lambda.confined) throw new Error("no control group can be made here, so no size has its share of the processor");
  const answer = async (): Promise<number> => {
    const began = performance.now();
    const response = await fetch(`${lambda.url}/classify`, { method: "POST", body });
    if (!response.ok)
      throw new Error(`${folder} at ${memory} MB answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    return performance.now() - began;
  };
  try {
    const start = await lambda.start();
    const startCpu = lambda.cpu();
    const first = await answer();
    for (let i = 0; i < WARM_UP; i++) await answer();
    const before = lambda.cpu();
    const warm: number[] = [];
    for (let i = 0; i < ANSWERS; i++) warm.push(await answer());
    return { start, startCpu, first, warm: median(warm), cpu: (lambda.cpu() - before) / ANSWERS, peak: lambda.peak() };
  } finally {
    await lambda.close();
  }
};

const medians = (runs: readonly Run[]): Run => {
  const of = (key: keyof Run): number => Number(median(runs.map((run) => run[key])).toFixed(1));
  return {
    start: of("start"),
    startCpu: of("startCpu"),
    first: of("first"),
    warm: of("warm"),
    cpu: of("cpu"),
    peak: of("peak"),
  };
};

if (!hasRuntimeClient()) throw new Error("aws-lambda-ric is not in .tools/lambda-ric and could not be compiled there");
const [load] = loadavg() as [number, number, number];
const { home, remove } = await temporaryFolder("bench-lambda");
const models = { lean: await modelInFolder("lean"), "onnxruntime-web": await modelInFolder("onnxruntime-web") };
try {
  const body = await messengerPhoto();
  const zips = {
    native: await zippedBytes(await buildLambda("native", { folder: home })),
    web: await zippedBytes(await buildLambda("web", { folder: home })),
  };
  const sides = engines.flatMap((engine) => memorySizes.map((memory) => ({ engine, memory, runs: [] as Run[] })));
  for (let round = 0; round < Number(rounds); round++)
    for (const { engine, memory, runs } of sides) {
      const model = models[engine === "native" ? "lean" : engine];
      runs.push(await measure(join(home, bundleOf[engine]), memory, model.url, body));
    }
  const measured: Measured = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of an ${cpus()[0]!.model.trim()} with a load of ${load.toFixed(1)} from others`,
    photo: body.length,
    zips,
    rows: sides.map(({ engine, memory, runs }) => ({ engine, memory, ...medians(runs) })),
  };
  await writeFile(measuredFile, `${JSON.stringify(measured, undefined, 2)}\n`);
  for (const [name, fill] of Object.entries(documents)) {
    const path = join(packageRoot, name);
    const text = fill(measured, await readFile(path, "utf8"));
    await writeFile(path, text);
    console.log(`${name}:\n${text.match(/<!-- lambda: [\s\S]*?<!-- \/lambda -->/g)!.join("\n")}\n`);
  }
  console.log("`npm run cost` computes the bills anew from these.");
} finally {
  await Promise.all(Object.values(models).map((model) => model.remove()));
  await remove();
}
