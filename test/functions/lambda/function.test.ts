/** Both bundles as Lambda would run them, by its own runtime client, behind a function URL. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildLambda } from "../../../functions/lambda/build.ts";
import { type RunningServer, startServer } from "../../../functions/node.ts";
import { chooseEngine } from "../../../functions/node-engine.ts";
import type { Answer } from "../../../shared/classifier/classifier.ts";
import { sha256 } from "../../../shared/hash.ts";
import { readCurrent } from "../../../shared/registry.ts";
import { createCall, probesFromUrl, verify } from "../../../shared/verify.ts";
import { draw } from "../../drawing.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { has } from "../../require.ts";
import { createLambda, type Lambda } from "../../tools/lambda.ts";
import { modelInFolder, promoteAnother } from "./model.ts";

const there = has("lambda-ric");
const model = there ? await modelInFolder() : undefined;
const bundles = await temporaryFolder("lambda-bundles");
afterAll(async () => {
  await model?.remove();
  await bundles.remove();
});

const jpeg = new Uint8Array(await draw("stars", 3, 640, 480).jpeg().toBuffer());
const webp = new Uint8Array(await draw("circles", 4, 640, 480).webp().toBuffer());

describe.runIf(there).each(["native", "web"] as const)("the %s bundle on Lambda", (engine) => {
  let lambda: Lambda;
  let node: RunningServer;
  beforeAll(async () => {
    const folder = await buildLambda(engine, { folder: bundles.home });
    lambda = await createLambda({ folder, environment: { WHIPPET_STORE: model!.url }, memory: 512 });
    node = await startServer({
      store: model!.store,
      engine: await chooseEngine(engine),
      host: "127.0.0.1",
      port: 0,
      log: () => {},
    });
  });
  afterAll(async () => {
    await lambda?.close();
    await node?.close();
  });

  const on = (url: string) => (path: string, init?: RequestInit) => fetch(url + path, init);
  const ask = (path: string, init?: RequestInit) => on(lambda.url)(path, init);
  const answerOf = async (url: string, body: BodyInit, query = "") =>
    (await (await on(url)(`/classify${query}`, { method: "POST", body })).json()) as Answer;
  const formWith = (...photos: Uint8Array[]): FormData => {
    const form = new FormData();
    for (const photo of photos) form.append("photo", new File([photo as Uint8Array<ArrayBuffer>], "photo"));
    return form;
  };

  it("has its model loaded before the first request", async () => {
    await lambda.start();
    await lambda.logged(1);
    expect(lambda.log.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["model loaded"]);
  });

  it.each([
    ["a JPEG", jpeg, "?trace=1"],
    ["a WebP", webp, "?trace=1&top=3"],
    ["a JPEG with its heat map", jpeg, "?trace=1&heatmap=1"],
  ])("answers about %s as the server on Node does, to the last bit", async (_, photo, query) => {
    const answer = await answerOf(lambda.url, photo, query);
    expect(answer.trace?.engine).toBe(engine);
    expect(answer).toEqual(await answerOf(node.url, photo, query));
  });

  it("answers about every photo of a form", async () => {
    const [here, expected] = [
      await answerOf(lambda.url, formWith(jpeg, new Uint8Array(9), webp)),
      await answerOf(node.url, formWith(jpeg, new Uint8Array(9), webp)),
    ];
    expect(here).toMatchObject({ results: [{ unknown: true }, { problem: { status: 400 } }, { unknown: true }] });
    expect(here).toEqual(expected);
  });

  it("answers as Hugging Face does, to JSON", async () => {
    const inputs = Buffer.from(jpeg).toString("base64");
    const response = await ask("/models/dog-breeds", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs, parameters: { top_k: 2 } }),
    });
    expect(await response.json()).toHaveLength(2);
  });

  it.each<[number, string, RequestInit]>([
    [400, "/classify", { method: "POST", body: "not a photo at all" }],
    [400, "/classify?top=0", { method: "POST", body: jpeg }],
    [404, "/nothing", {}],
    [404, "/trainings", { method: "POST", headers: { authorization: "Bearer x" } }],
    [404, "/classify?model=cats", { method: "POST", body: jpeg }],
    [405, "/classify", {}],
    [415, "/classify", { method: "POST", body: "GIF89a, and some more bytes to read" }],
  ])("answers %i to %s as a problem, as Node does", async (status, path, init) => {
    const [response, expected] = [await ask(path, init), await on(node.url)(path, init)];
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    expect(await response.json()).toEqual(await expected.json());
  });

  it("says how to send a photo that was announced as text", async () => {
    const response = await ask("/classify", { method: "POST", body: jpeg, headers: { "content-type": "text/plain" } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("application/octet-stream") });
  });

  it("answers HEAD and conditional requests without a body", async () => {
    const head = await ask("/models/dog-breeds", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const again = await ask("/models/dog-breeds", { headers: { "if-none-match": head.headers.get("etag")! } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("gets no event above 6 MB, since the platform refuses it", async () => {
    const response = await ask("/classify", { method: "POST", body: new Uint8Array(4_800_000) });
    expect(response.status).toBe(413);
    expect((await answerOf(lambda.url, jpeg)).predictions).toHaveLength(5);
  });

  it("answers a model's file, larger than an answer may be, in parts", async () => {
    const { manifest } = await readCurrent(model!.store, "dog-breeds");
    const { path, bytes, sha256: expected } = manifest.files.toSorted((a, b) => b.bytes - a.bytes)[0]!;
    const address = `/models/dog-breeds/${manifest.version}/files/${path}`;
    expect((await ask(address)).status).toBe(413);
    const whole = new Uint8Array(bytes);
    for (let at = 0; at < bytes; ) {
      const response = await ask(address, { headers: { range: `bytes=${at}-` } });
      expect(response.status).toBe(206);
      const part = new Uint8Array(await response.arrayBuffer());
      whole.set(part, at);
      at += part.length;
    }
    expect(await sha256(whole)).toBe(expected);
    expect((await ask(address, { headers: { range: `bytes=${bytes}-` } })).status).toBe(416);
  });

  it("is verified from outside by its probes", async () => {
    const call = createCall(lambda.url);
    const result = await verify({ call, source: await probesFromUrl(call) });
    expect(result.verdicts.filter(({ difference }) => difference)).toEqual([]);
    expect(result).toMatchObject({ passed: true, engine });
    expect(result.verdicts).toHaveLength(16);
  });

  it("writes one JSON line a request, with metrics in CloudWatch's embedded format", async () => {
    const before = lambda.log.length;
    await answerOf(lambda.url, jpeg);
    await lambda.logged(before + 1);
    const [line, ...others] = lambda.log.slice(before).map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ event: "request", status: 200, photos: 1, failures: 0, function: "whippet" });
    expect(line).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), milliseconds: line!.ms });
    expect(line!.lambdaRequestId).toBe(line!.requestId);
    expect(line!._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: "Whippet", Dimensions: [["function"]] }] });
  });

  it("sees a promotion while it goes on answering", async () => {
    const promoted = await promoteAnother(model!.store, engine === "web" ? 1.5 : 1.25);
    const before = (await answerOf(lambda.url, jpeg)).version;
    let version = before;
    while (version !== promoted) {
      const answer = await answerOf(lambda.url, jpeg);
      expect([before, promoted]).toContain((version = answer.version));
    }
  });

  it("starts again after it was ended, and answers the request that started it", async () => {
    const before = await answerOf(lambda.url, jpeg);
    await lambda.end();
    expect(await answerOf(lambda.url, jpeg)).toEqual(before);
  });

  it("stays within 512 MB throughout", async () => {
    expect(lambda.peak()).toBeLessThan(512);
    expect(lambda.kills()).toBe(0);
  });
});
