/** "Run in this browser" in Chromium: the same answers as the server's, about photos that never leave the page. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../cli/dev-bucket.ts";
import type { LocalAnswer } from "../../functions/page/browser/local/messages.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { readCurrent } from "../../shared/registry.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { has } from "../require.ts";
import { launch, type Visit, visit } from "./browser.ts";
import { type LocalServer, ONNX, PLAN, startLocalServer } from "./local-models.ts";
import { answered, choose, turnOn } from "./local-page.ts";

/** Has the page's worker tell what `POST /classify?trace=1` tells, and keeps its answers for the test. */
const traced = (): void => {
  const answers: unknown[] = [];
  Object.assign(globalThis, { answers });
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (question: { options?: object }) {
    if (!question.options) return postMessage.call(this, question);
    this.addEventListener("message", ({ data }) => data.answer && answers.push(data.answer), { once: true });
    return postMessage.call(this, { ...question, options: { ...question.options, trace: true } });
  };
};

describe.runIf(has("chromium"))("what runs in this browser", () => {
  let server: LocalServer;
  let browser: Browser;
  const visits: Visit[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startLocalServer(), launch()]);
  });
  beforeEach(() => void server.asked.splice(0));
  afterEach(async () => {
    for (const { complaints, close } of visits.splice(0)) {
      await close();
      expect(complaints).toEqual([]);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = async (url = server.url): Promise<Page> => {
    const opened = await visit(browser, "about:blank");
    visits.push(opened);
    await opened.page.addInitScript(traced);
    await opened.page.goto(url);
    return opened.page;
  };
  const answersOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { answers: LocalAnswer[] }).answers);
  /** As the page would have it answered, with a trace. */
  const askServer = async (model: string, photo: string): Promise<Answer> => {
    const query = `model=${model}&trace=1&heatmap=1&top=6`;
    const response = await fetch(`${server.url}/classify?${query}`, { method: "POST", body: await readFile(photo) });
    return (await response.json()) as Answer;
  };

  it.each([
    { title: "the lean engine", model: PLAN, alsoFetched: [] },
    {
      title: "onnxruntime-web",
      model: ONNX,
      alsoFetched: [/^ort-wasm-simd-threaded-\w+\.wasm$/, /^ort\.wasm\.bundle\.min-\w+\.js$/],
    },
  ])(
    "answers with $title as the server does, to the last bit, and asks it for nothing once the model is there",
    async ({ model, alsoFetched }) => {
      const page = await open();
      await turnOn(page, model);
      const { version, serve } = (await readCurrent(server.store, model)).manifest;
      const expected = [
        /^GET \/ 200$/,
        new RegExp(`^GET /models/${model} 200$`),
        new RegExp(`^GET /models/${model}/${version}/files/${serve.web} 200$`),
        ...[
          /^local\.js$/,
          /^local-\w+\.js$/,
          /^jpeg-turbo-\w+\.wasm$/,
          /^squoosh_png_bg-\w+\.wasm$/,
          /^webp_dec-\w+\.wasm$/,
          /^kernels-\w+\.wasm$/,
          ...alsoFetched,
        ].map(({ source }) => new RegExp(`^GET /assets/${source.slice(1, -1)} 200$`)),
      ];
      const loading = server.asked.splice(0);
      for (const pattern of expected)
        expect(
          loading.filter((line) => pattern.test(line)),
          pattern.source,
        ).toHaveLength(1);
      expect(loading).toHaveLength(expected.length);

      for (const [count, photo] of server.photos.entries()) {
        await choose(page, photo);
        await answered(page, count + 1);
      }
      expect(server.asked).toEqual([]);
      const here = await answersOf(page);
      expect(here).toHaveLength(server.photos.length);
      expect(here.some(({ heatmap }) => heatmap !== undefined)).toBe(model === ONNX);
      for (const [i, photo] of server.photos.entries()) {
        const { timings, ...answer } = here[i]!;
        expect(answer, photo).toEqual(await askServer(model, photo));
        expect(Object.keys(timings)).toEqual(["decode", "pixels", "infer"]);
      }
    },
  );

  it("runs from a Worker's page too, even a model that the Worker itself has no engine for", async () => {
    const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "wrangler.toml") }] });
    try {
      const { url } = await worker.listen();
      const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
      await mirror(server.store, createR2Store(MODELS, "MODELS"));
      const page = await open(String(url));
      for (const [count, model] of [PLAN, ONNX].entries()) {
        await turnOn(page, model);
        await choose(page, server.photos[0]!);
        await answered(page, count + 1);
      }
      const here = await answersOf(page);
      expect(here.map(({ trace }) => trace!.logits)).toEqual(
        await Promise.all([PLAN, ONNX].map(async (model) => (await askServer(model, server.photos[0]!)).trace!.logits)),
      );
      await page.context().close();
    } finally {
      await worker.close();
    }
  });
});
