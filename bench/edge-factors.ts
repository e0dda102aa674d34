/**
 * `node bench/edge-factors.ts`: measures what a model costs on Node and what the same work costs the workerd process, seen
 * from outside, for ONNX files and for plans, and writes the factors to `shared/engine/edge-factors.json`. A training
 * measures on Node only, and applies them (`shared/engine/edge-limits.ts`).
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { createWebEngine } from "../shared/engine/web.ts";
import { packageRoot } from "../shared/package-root.ts";
import { draw } from "../test/drawing.ts";
import { measureMemory, type PublishedForm, publishBackbone, publishDogBreeds } from "./memory/measure.ts";
import { openWatched } from "./memory/open.ts";
import { workerdCpu } from "./workerd-process.ts";

const RUNS = 20;
const MEGA = 1_000_000;

const cpuOf = async (read: () => number | Promise<number>, work: () => Promise<unknown>): Promise<number> => {
  const before = await read();
  await work();
  return (await read()) - before;
};

const nodeCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Cost {
  load: number;
  run: number;
}

/** CPU milliseconds of a load, and of one run, in the web engine on Node. */
const measureNode = async ({ file, precision, size }: PublishedForm): Promise<Cost> => {
  const engine = await createWebEngine();
  const model = () => ({ bytes: file.slice(), precision, size });
  // the first load also compiles the runtime, which a Worker has done at upload
  await (await engine.load(model())).dispose();
  const tensor = new Float32Array(3 * size ** 2).fill(0.5);
  let run = 0;
  const load = await cpuOf(nodeCpu, async () => {
    const session = await engine.load(model());
    run = await cpuOf(nodeCpu, async () => {
      for (let i = 0; i < RUNS; i++) await session.run(tensor);
    });
    await session.dispose();
  });
  return { load: load - run, run: run / RUNS };
};

type Publish = (bucket: R2Bucket) => Promise<PublishedForm>;

/** CPU milliseconds from an idle isolate to a model that is ready, and of one request with a small photo. */
const measureWorkerd = async (publish: Publish): Promise<Cost & { form: PublishedForm }> => {
  const { worker, bucket } = await openWatched("edge-onnx");
  try {
    const form = await publish(bucket);
    await (await worker.fetch("/healthz")).text();
    const load = await cpuOf(workerdCpu, async () => (await worker.fetch("/readyz")).text());
    const photo = new Uint8Array(await draw("stars", 1, 512, 512).jpeg().toBuffer());
    const run = await cpuOf(workerdCpu, async () => {
      for (let i = 0; i < RUNS; i++) await (await worker.fetch("/classify", { method: "POST", body: photo })).text();
    });
    return { form, load, run: run / RUNS };
  } finally {
    await worker.close();
  }
};

/** What a start costs beyond the load, and how much longer a request takes than the run in it. */
const factorsOf = async (publish: Publish): Promise<{ startupMs: number; cpu: number }> => {
  const workerd = await measureWorkerd(publish);
  const node = await measureNode(workerd.form);
  return {
    // the runtime itself, which a process on Node has started long before it loads a model
    startupMs: Math.max(0, Math.round(workerd.load - node.load)),
    cpu: rounded(workerd.run / node.run),
  };
};

const rounded = (value: number): number => Math.round(value * 100) / 100;

const lite0: Publish = (bucket) => publishBackbone(bucket, "lite0");
const [small, large] = [
  await measureMemory("edge-onnx", lite0),
  await measureMemory("edge-onnx", (bucket) => publishBackbone(bucket, "lite2")),
];
// two models of one kind give the line: what the runtime takes by itself, and what a model's megabyte adds
const perMegabyte = (large.engine - small.engine) / (large.model - small.model);
const factors = {
  measured: { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0]?.model ?? "unknown" },
  onnx: {
    ...(await factorsOf(lite0)),
    runtimeMb: rounded((small.engine - small.model * perMegabyte) / MEGA),
    perFloat16Mb: rounded(perMegabyte),
  },
  plan: await factorsOf(publishDogBreeds),
  photoMb: rounded((small.photo + small.decoder + small.tensor) / MEGA),
};
await writeFile(join(packageRoot, "shared/engine/edge-factors.json"), `${JSON.stringify(factors, undefined, 2)}\n`);
console.log(factors);
