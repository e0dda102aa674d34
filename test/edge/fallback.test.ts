/** The Worker in workerd with a fallback behind it, and its rate limit. */
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness, unstable_readConfig as readConfig, type TestHarness } from "wrangler";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { edgeLimits } from "../../shared/limits.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { draw } from "../drawing.ts";
import { createFakeEngine } from "../functions/fake-engine.ts";
import { publishFake } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";

const configPath = join(packageRoot, "wrangler.toml");
const edge = { startupMs: 2000, cpuMs: 900, peakMb: 240, fits: false };
const published = createMemoryStore();
let fallback: RunningServer;
let worker: TestHarness;
let photo: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  await publishFake(published, { name: "big", logits: [1, 3, 2], manifest: { limits: { edge } } });
  fallback = await startServer({
    store: published,
    engine: createFakeEngine(),
    host: "127.0.0.1",
    port: 0,
    log: () => {},
  });
  worker = createTestHarness({ workers: [{ configPath, vars: { WHIPPET_FALLBACK_URL: `${fallback.url}/classify` } }] });
  await worker.listen();
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  const bucket = createR2Store(MODELS, "MODELS");
  for (const { key } of await published.list("")) await bucket.put(key, (await published.get(key))!.bytes);
  photo = new Uint8Array(await draw("stars", 1).jpeg().toBuffer());
});
afterAll(async () => {
  await worker.close();
});

const post = (
  path: string,
  body: string | ArrayBuffer | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) => worker.fetch(path, { method: "POST", body, headers });

describe("a model that does not fit the edge", () => {
  it("is answered by the fallback, which the answer names", async () => {
    const host = new URL(fallback.url).host;
    const response = await post("/classify?model=big&top=1", photo);
    expect(response.headers.get("whippet-answered-by")).toBe(host);
    expect(await response.json()).toMatchObject({ model: "big", predictions: [{ label: "b" }] });
    // also as the default model, from a form, and as Hugging Face's clients ask
    const form = new FormData();
    form.append("photo", new File([photo], "star.jpg"));
    const encoded = new Response(form);
    const type = { "content-type": encoded.headers.get("content-type")! };
    expect(await (await post("/classify", await encoded.arrayBuffer(), type)).json()).toMatchObject({ model: "big" });
    expect(await (await post("/models/big", photo)).json()).toMatchObject([{ label: "b" }, {}, {}]);
    const ready = await worker.fetch("/readyz");
    expect(ready.headers.get("whippet-answered-by")).toBe(host);
    expect(await ready.json()).toMatchObject({ ready: true, model: "big", engine: "web" });
  });

  it("has its problems answered by the fallback as well", async () => {
    const response = await post("/classify", "no photo");
    expect(response.status).toBe(400);
    expect(response.headers.get("whippet-answered-by")).toBe(new URL(fallback.url).host);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("is not passed on a second time", async () => {
    const response = await post("/classify", photo, { "whippet-passed-on": "another.example" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("was passed on already") });
  });

  it("says so when the fallback is gone", async () => {
    const { host } = new URL(fallback.url);
    await fallback.close();
    const response = await post("/classify", photo);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining(`${host}, which runs this model,`),
    });
  });
});

describe("the rate limit", () => {
  it("answers 429 to the one who asks too often, says when to ask again, and leaves reading alone", async () => {
    const statuses: number[] = [];
    let last: Awaited<ReturnType<typeof post>> | undefined;
    for (let request = 0; request <= 100 && last?.status !== 429; request++) {
      last = await post("/models/nobody", "x");
      statuses.push(last.status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeGreaterThan(50);
    expect(last!.headers.get("retry-after")).toBe(String(edgeLimits.rate.seconds));
    expect(await last!.json()).toMatchObject({ title: "Too many requests", status: 429 });
    expect((await worker.fetch("/models")).status).toBe(200);
  });
});

describe("wrangler.toml", () => {
  it.each([undefined, "production", "staging"])("binds everything that the Worker needs in environment %s", (env) => {
    const { requests: limit, seconds: period } = edgeLimits.rate;
    const config = readConfig({ config: configPath, ...(env && { env }) });
    expect(config.r2_buckets).toMatchObject([{ binding: "MODELS" }]);
    expect(config.ratelimits).toMatchObject([{ name: "RATE", simple: { limit, period } }]);
    expect(config.vars).toEqual({ WHIPPET_MODEL: "", WHIPPET_FALLBACK_URL: "" });
    expect(config.limits).toEqual({ cpu_ms: edgeLimits.cpu });
    expect(config.observability).toEqual({ enabled: true });
  });

  it("keeps the environments apart", () => {
    const [production, staging] = ["production", "staging"].map((env) => readConfig({ config: configPath, env }));
    expect(staging!.name).not.toBe(production!.name);
    expect(staging!.r2_buckets[0]!.bucket_name).not.toBe(production!.r2_buckets[0]!.bucket_name);
    expect(staging!.ratelimits[0]!.namespace_id).not.toBe(production!.ratelimits[0]!.namespace_id);
  });
});
