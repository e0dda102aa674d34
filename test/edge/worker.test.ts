/** The Worker as it is deployed, in workerd, against the same app on Node with the web engine. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { type RunningServer, startServer } from "../../functions/node.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { publishModel } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";

const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "wrangler.toml") }] });
const local = createMemoryStore();
let bucket: Store;
let node: RunningServer;

beforeAll(async () => {
  const engine = await createWebEngine();
  const bytes = new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  await publishModel(local, { name: "imagenet", labels, bytes, precision: "float16", engine });
  node = await startServer({ store: local, engine, host: "127.0.0.1", port: 0, log: () => {} });
  await worker.listen();
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  bucket = createR2Store(MODELS, "MODELS");
  for (const { key } of await local.list("")) await bucket.put(key, (await local.get(key))!.bytes);
});
afterAll(async () => {
  await node.close();
  await worker.close();
});

const onNode = async (path: string, body: Uint8Array<ArrayBuffer>) =>
  (await fetch(`${node.url}${path}`, { method: "POST", body })).json() as Promise<Answer>;
const inWorkerd = async (path: string, body: Uint8Array<ArrayBuffer>) =>
  (await worker.fetch(path, { method: "POST", body })).json() as Promise<Answer>;

describe("the Worker", () => {
  it("is ready once the model's probe came out as it did on Node", async () => {
    const response = await worker.fetch("/readyz");
    expect(response.headers.get("whippet-answered-by")).toBe("edge");
    expect(await response.json()).toMatchObject({ ready: true, model: "imagenet", engine: "workerd" });
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
    expect(edge.trace?.engine).toBe("workerd");
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
    expect(await response.json()).toMatchObject({ results: [{ unknown: false }, { unknown: false }] });
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
