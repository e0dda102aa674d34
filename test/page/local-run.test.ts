/** "Run in this browser" in Chromium: the same answers as the server's, about photos that never leave the page. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../cli/dev-bucket.ts";
import type { LocalAnswer } from "../../functions/page/browser/local/messages.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { readCurrent } from "../../shared/registry.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { has } from "../require.ts";
import { ONNX, PLAN } from "./local-models.ts";
import { answered, choose, turnOn } from "./local-page.ts";
import { localVisits } from "./local-visits.ts";

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
  const local = localVisits();
  const open = (url?: string): Promise<Page> => local.open(url, traced);
  const answersOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { answers: LocalAnswer[] }).answers);
  /** As the page would have it answered, with a trace. */
  const askServer = async (model: string, photo: string): Promise<Answer> => {
    const query = `model=${model}&trace=1&heatmap=1&top=6`;
    const response = await fetch(`${local.server.url}/classify?${query}`, {
      method: "POST",
      body: await readFile(photo),
    });
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
      const { version, serve } = (await readCurrent(local.server.store, model)).manifest;
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
      const loading = local.server.asked.splice(0);
      for (const pattern of expected)
        expect(
          loading.filter((line) => pattern.test(line)),
          pattern.source,
        ).toHaveLength(1);
      expect(loading).toHaveLength(expected.length);

      for (const [count, photo] of local.server.photos.entries()) {
        await choose(page, photo);
        await answered(page, count + 1);
      }
      expect(local.server.asked).toEqual([]);
      const here = await answersOf(page);
      expect(here).toHaveLength(local.server.photos.length);
      expect(here.some(({ heatmap }) => heatmap !== undefined)).toBe(model === ONNX);
      for (const [i, photo] of local.server.photos.entries()) {
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
      await mirror(local.server.store, createR2Store(MODELS, "MODELS"));
      const page = await open(String(url));
      for (const [count, model] of [PLAN, ONNX].entries()) {
        await turnOn(page, model);
        await choose(page, local.server.photos[0]!);
        await answered(page, count + 1);
      }
      const here = await answersOf(page);
      expect(here.map(({ trace }) => trace!.logits)).toEqual(
        await Promise.all(
          [PLAN, ONNX].map(async (model) => (await askServer(model, local.server.photos[0]!)).trace!.logits),
        ),
      );
      await page.context().close();
    } finally {
      await worker.close();
    }
  });
});
