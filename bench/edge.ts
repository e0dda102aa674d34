/**
 * `node bench/edge.ts --store file:.whippet/store --model dogs`: processor milliseconds of the workerd process for one model:
 * from an idle isolate to a loaded model, and for an answer about a photo of each size.
 */
import { parseArgs } from "node:util";
import type { R2Bucket } from "@cloudflare/workers-types";
import { createTestHarness } from "wrangler";
import { mirror } from "../cli/dev-bucket.ts";
import { wranglerConfig } from "../cli/wrangler.ts";
import { openStore } from "../shared/store/open.ts";
import { createR2Store } from "../shared/store/r2.ts";
import { heavyPhoto } from "./memory/measure.ts";
import { messengerPhoto } from "./photos.ts";
import { workerdCpu } from "./workerd-process.ts";

const WARM_UP = 5;
const RUNS = 30;

const { store, model } = parseArgs({
  options: { store: { type: "string", default: "file:.whippet/store" }, model: { type: "string" } },
}).values;

const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = await workerdCpu();
  await work();
  return (await workerdCpu()) - before;
};

const worker = createTestHarness({ workers: [{ configPath: wranglerConfig, vars: { WHIPPET_MODEL: model ?? "" } }] });
try {
  await worker.listen();
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  await mirror(openStore(store), createR2Store(MODELS, "MODELS"));
  await (await worker.fetch("/healthz")).text();
  const load = await cpuOf(async () => {
    const ready = await worker.fetch("/readyz");
    if (!ready.ok) throw new Error(`the Worker is not ready: ${await ready.text()}`);
    await ready.text();
  });

  // another address each, lest the rate limit answer
  let caller = 0;
  const answer = async (body: Uint8Array<ArrayBuffer>): Promise<void> => {
    const headers = { "cf-connecting-ip": `192.0.2.${caller++ % 250}` };
    const response = await worker.fetch("/classify", { method: "POST", body, headers });
    if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${await response.text()}`);
    await response.text();
  };
  const measure = async (body: Uint8Array<ArrayBuffer>): Promise<number> => {
    for (let i = 0; i < WARM_UP; i++) await answer(body);
    const cpu = await cpuOf(async () => {
      for (let i = 0; i < RUNS; i++) await answer(body);
    });
    return Math.round(cpu / RUNS);
  };
  console.log({
    loadMs: Math.round(load),
    messengerMs: await measure(await messengerPhoto()),
    heavyMs: await measure(await heavyPhoto()),
  });
} finally {
  await worker.close();
}
