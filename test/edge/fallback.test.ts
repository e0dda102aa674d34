/** The Worker in workerd with a fallback behind it. */
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness, type TestHarness } from "wrangler";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import type { Store } from "../../shared/store/store.ts";
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

/** Puts what is published into a Worker's bucket. */
const fill = async (worker: TestHarness): Promise<Store> => {
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  const bucket = createR2Store(MODELS, "MODELS");
  for (const { key } of await published.list("")) await bucket.put(key, (await published.get(key))!.bytes);
  return bucket;
};

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
  await fill(worker);
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

describe("a model that does not fit, where both answer to keys alone", () => {
  const token = "what-the-two-of-them-share";
  const keyed = { access: "key" } as const;
  let behind: RunningServer;
  let before: TestHarness;
  let key: string;

  beforeAll(async () => {
    // its bucket holds no key of the Worker's
    behind = await startServer({
      store: published,
      engine: createFakeEngine(),
      host: "127.0.0.1",
      port: 0,
      log: () => {},
      chosen: { ...keyed, fallbackToken: token },
    });
    const vars = { WHIPPET_FALLBACK_URL: behind.url, WHIPPET_ACCESS: "key", WHIPPET_FALLBACK_TOKEN: token };
    before = createTestHarness({ workers: [{ configPath, vars }] });
    await before.listen();
    const bucket = await fill(before);
    ({ key } = await createKey(bucket, { name: "phone", quota: 10 }, { now: Date.now }));
  });
  afterAll(async () => {
    await before.close();
    await behind.close();
  });

  it("is answered by the fallback for who has a key of the Worker's", async () => {
    const ask = (authorization: string) =>
      before.fetch("/classify?model=big", { method: "POST", body: photo, headers: { authorization } });
    const answer = await ask(`Bearer ${key}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("whippet-answered-by")).toBe(new URL(behind.url).host);
    expect((await ask(`Bearer ${key.slice(0, -1)}_`)).status).toBe(401);
    expect((await ask("")).status).toBe(401);
  });
});
