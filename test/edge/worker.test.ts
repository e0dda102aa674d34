/** The Worker as it is deployed, in workerd, against the same app on Node with the web engine. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../cli/dev-bucket.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { type RunningServer, startServer } from "../../functions/node.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { sha256 } from "../../shared/hash.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import type { Store } from "../../shared/store/store.ts";
import { publishBuiltIn } from "../../training/built-in/publish.ts";
import { draw } from "../drawing.ts";
import { publishFake, publishModel } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";

/** The model that a first start publishes; it has a plan. */
const publishPlan = async (store: Store): Promise<void> => {
  await publishBuiltIn(store, createTerminal({ stream: { write: () => true } }));
};

const publishOnnx = async (store: Store): Promise<void> => {
  const bytes = new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const engine = await createWebEngine();
  await publishModel(store, { name: "imagenet", labels, bytes, precision: "float16", engine });
};

describe.each([
  { title: "the Worker", config: "wrangler.toml", model: "dog-breeds", engine: "lean", publish: publishPlan },
  {
    title: "the Worker with onnxruntime-web",
    config: "test/edge/edge-onnx.toml",
    model: "imagenet",
    engine: "workerd",
    publish: publishOnnx,
  },
])("$title", ({ config, model, engine, publish }) => {
  const vars = { WHIPPET_FEEDBACK: "1" };
  const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, config), vars }] });
  let node: RunningServer;

  beforeAll(async () => {
    const local = createMemoryStore();
    await publish(local);
    const web = await createWebEngine();
    node = await startServer({ store: local, engine: web, host: "127.0.0.1", port: 0, log: () => {} });
    await worker.listen();
    const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
    await mirror(local, createR2Store(MODELS, "MODELS"));
  });
  afterAll(async () => {
    await node.close();
    await worker.close();
  });

  const onNode = async (path: string, body: Uint8Array<ArrayBuffer>) =>
    (await fetch(`${node.url}${path}`, { method: "POST", body })).json() as Promise<Answer>;
  const inWorkerd = async (path: string, body: Uint8Array<ArrayBuffer>) =>
    (await worker.fetch(path, { method: "POST", body })).json() as Promise<Answer>;

  it("is ready once the model's probe came out as it did on Node", async () => {
    const response = await worker.fetch("/readyz");
    expect(response.headers.get("whippet-answered-by")).toBe("edge");
    expect(await response.json()).toMatchObject({ ready: true, model, engine });
  });

  it.each<[string, (photo: Sharp) => Sharp]>([
    ["a baseline JPEG", (photo) => photo.jpeg()],
    ["a progressive JPEG", (photo) => photo.jpeg({ progressive: true })],
    ["a JPEG without chroma subsampling", (photo) => photo.jpeg({ chromaSubsampling: "4:4:4" })],
    ["a grey JPEG", (photo) => photo.grayscale().jpeg()],
    ["a CMYK JPEG", (photo) => photo.toColourspace("cmyk").jpeg()],
    ["a JPEG on its side", (photo) => photo.withMetadata({ orientation: 6 }).jpeg()],
    ["a PNG", (photo) => photo.png()],
    ["a PNG with a palette", (photo) => photo.png({ palette: true })],
    ["a PNG with alpha", (photo) => photo.ensureAlpha(0.5).png()],
    ["a lossy WebP", (photo) => photo.webp()],
    ["a lossless WebP", (photo) => photo.webp({ lossless: true })],
  ])("answers about %s as Node does, to the last bit of pixels, tensor and logits", async (_, encode) => {
    const photo = new Uint8Array(await encode(draw("triangles", 7, 1280, 960)).toBuffer());
    const [edge, server] = [await inWorkerd("/classify?trace=1", photo), await onNode("/classify?trace=1", photo)];
    expect(edge.trace?.engine).toBe(engine);
    expect({ ...edge, trace: { ...edge.trace, engine: "web" } }).toEqual(server);
  });

  it("answers the same problems as Node does", async () => {
    const text = new TextEncoder().encode("not a photo");
    expect(await inWorkerd("/classify", text)).toEqual(await onNode("/classify", text));
    const large = await worker.fetch("/classify", { method: "POST", body: new Uint8Array(11_000_000) });
    expect(large.status).toBe(413);
    expect((await worker.fetch("/healthz")).status).toBe(200);
  });

  it("answers several photos of a form", async () => {
    const form = new FormData();
    for (const kind of ["stars", "circles"] as const)
      form.append("photo", new File([new Uint8Array(await draw(kind, 1).jpeg().toBuffer())], `${kind}.jpg`));
    const encoded = new Response(form);
    const response = await worker.fetch("/classify?top=1", {
      method: "POST",
      headers: { "content-type": encoded.headers.get("content-type")! },
      body: await encoded.arrayBuffer(),
    });
    expect(await response.json()).toMatchObject({
      results: [{ predictions: [{ label: expect.any(String) }] }, { predictions: [{ label: expect.any(String) }] }],
    });
  });

  it("keeps a photo that someone puts right in its bucket, where the owner wants that", async () => {
    const { labels } = (await (await worker.fetch(`/models/${model}`)).json()) as { labels: string[] };
    const form = new FormData();
    form.append("photo", new File([new Uint8Array(await draw("stars", 1).jpeg().toBuffer())], "star.jpg"));
    form.append("label", labels[0]!);
    const encoded = new Response(form);
    const headers = { "content-type": encoded.headers.get("content-type")! };
    const body = await encoded.arrayBuffer();
    expect((await worker.fetch(`/models/${model}/feedback`, { method: "POST", headers, body })).status).toBe(201);
    const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
    const kept = await createR2Store(MODELS, "MODELS").list(`feedback/${model}/`);
    expect(kept.map(({ key }) => key)).toEqual([
      expect.stringContaining(`feedback/${model}/${encodeURIComponent(labels[0]!)}/`),
    ]);
  });

  it("sends a model's file whole and in parts, and says how large it is", async () => {
    const { version, files } = (await (await worker.fetch(`/models/${model}`)).json()) as Manifest;
    const { path, bytes, sha256: expected } = files[0]!;
    const get = async (headers: Record<string, string> = {}) => {
      const response = await worker.fetch(`/models/${model}/${version}/files/${path}`, { headers });
      return { response, body: new Uint8Array(await response.arrayBuffer()) };
    };
    const { response, body } = await get();
    expect([response.status, await sha256(body)]).toEqual([200, expected]);
    const part = await get({ range: "bytes=1000-1999" });
    expect([part.response.status, part.response.headers.get("content-range")]).toEqual([
      206,
      `bytes 1000-1999/${bytes}`,
    ]);
    expect(part.body).toEqual(body.subarray(1000, 2000));
    expect(response.headers.get("content-length")).toBe(String(bytes));
  });

  it("measures nothing, since time stands still there", async () => {
    const body = new Uint8Array(await draw("stars", 1).jpeg().toBuffer());
    const response = await worker.fetch("/classify", { method: "POST", body });
    expect(response.headers.get("server-timing")).toBeNull();
  });

  it("answers many requests at once, each its own photo", async () => {
    const photos = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (seed) => new Uint8Array(await draw("squares", seed).jpeg().toBuffer())),
    );
    const together = await Promise.all(photos.map((photo) => inWorkerd("/classify?trace=1", photo)));
    for (const [i, photo] of photos.entries())
      expect(together[i]!.trace!.tensor).toBe((await onNode("/classify?trace=1", photo)).trace!.tensor);
  });
});

describe("a model without a plan", () => {
  const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "wrangler.toml") }] });
  afterAll(() => worker.close());

  it("is refused by the Worker that has no onnxruntime-web, in words that say which one has", async () => {
    await worker.listen();
    const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
    await publishFake(createR2Store(MODELS, "MODELS"), { logits: [1, 2] });
    const body = new Uint8Array(await draw("stars", 1).jpeg().toBuffer());
    const response = await worker.fetch("/classify", { method: "POST", body });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      detail: expect.stringMatching(/^model letters \S+ has no plan, .* deploy functions\/edge-onnx\.ts/),
    });
  });
});
