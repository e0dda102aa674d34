import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogEntry } from "../../functions/log.ts";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { createThreads } from "../../functions/threads/threads.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { readCurrent, readFile as readModelFile } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishModel } from "./publishing.ts";

const store = createMemoryStore();
const engine = await createWebEngine();
const logged: LogEntry[] = [];
const servers: RunningServer[] = [];
const start = async (threads: number) => {
  const log = (entry: LogEntry) => void logged.push(entry);
  const server = await startServer({ store, engine, host: "127.0.0.1", port: 0, threads, log });
  servers.push(server);
  return server;
};

beforeAll(async () => {
  const bytes = new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  await publishModel(store, { name: "imagenet", labels, bytes, precision: "float16", engine });
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

const classify = async ({ url }: RunningServer, body: Uint8Array<ArrayBuffer>) =>
  (await fetch(`${url}/classify?trace=1`, { method: "POST", body })).json() as Promise<Answer>;

describe("a server with worker threads", () => {
  it("answers to the last bit as one without, several at once", async () => {
    const [threaded, plain] = [await start(2), await start(0)];
    const photos = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => new Uint8Array(await draw("squares", seed).jpeg().toBuffer())),
    );
    const together = await Promise.all(photos.map((photo) => classify(threaded, photo)));
    for (const [i, photo] of photos.entries()) expect(together[i]).toEqual(await classify(plain, photo));
    expect(await classify(threaded, new Uint8Array(10))).toEqual(await classify(plain, new Uint8Array(10)));
  });
});

describe("a worker thread", () => {
  const file = pathToFileURL(join(packageRoot, "test/functions/stuck-worker.mjs"));
  const log = (entry: LogEntry) => void logged.push(entry);
  const model = async () => {
    const { manifest } = await readCurrent(store, "imagenet");
    const threads = createThreads({ engine: "web", limits: nodeLimits.photo, count: 1, patience: 200, log, file });
    const verified = {
      manifest,
      file: manifest.files[0]!,
      bytes: await readModelFile(store, manifest, manifest.files[0]!.path),
    };
    return { threads, verified };
  };
  const photo = (bytes: number) => new Uint8Array(bytes);

  it("that works on one photo for too long is ended, and the next photo has another thread", async () => {
    const { threads, verified } = await model();
    const { classifier } = await threads.load(verified);
    const before = await classifier.classify(photo(3));
    await expect(classifier.classify(photo(1))).rejects.toMatchObject({
      status: 422,
      message: "this photo took longer than 0.2 s and was given up; scale it down",
    });
    const after = await classifier.classify(photo(3));
    expect(Number(after.version)).toBeGreaterThan(Number(before.version));
    expect(logged).toContainEqual(expect.objectContaining({ event: "thread ended", model: "imagenet" }));
    await threads.close();
  });

  it("has longer for a photo where its model was slow on the machine that trained it", async () => {
    const { threads, verified } = await model();
    const { classifier } = await threads.load({ ...verified, file: { ...verified.file, ms: { web: 500 } } });
    await expect(classifier.classify(photo(1))).rejects.toThrow("this photo took longer than 2.2 s");
    await threads.close();
  });

  it("that is ended over a photo while a model waits to be loaded there leaves that to the next", async () => {
    const { threads, verified } = await model();
    const { classifier } = await threads.load(verified);
    const stuck = classifier.classify(photo(1));
    const [second] = await Promise.all([threads.load(verified), expect(stuck).rejects.toMatchObject({ status: 422 })]);
    expect((await second.classifier.classify(photo(3))).model).toBe("1");
    await threads.close();
  });

  it("that falls over fails its own photo alone", async () => {
    const { threads, verified } = await model();
    const { classifier } = await threads.load(verified);
    const answers = await Promise.allSettled([2, 3, 3].map((bytes) => classifier.classify(photo(bytes))));
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    await threads.close();
  });
});
