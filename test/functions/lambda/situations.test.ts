/** The web bundle without onnxruntime-web, with a model that needs it, and where there is nothing to load. */
import { rm } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { buildLambda } from "../../../functions/lambda/build.ts";
import { startServer } from "../../../functions/node.ts";
import { chooseEngine } from "../../../functions/node-engine.ts";
import { draw } from "../../drawing.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { has } from "../../require.ts";
import { createLambda } from "../../tools/lambda.ts";
import { modelInFolder } from "./model.ts";

const there = has("lambda-ric");
const model = there ? await modelInFolder() : undefined;
const bundles = await temporaryFolder("lambda-situations");
afterAll(async () => {
  await model?.remove();
  await bundles.remove();
});

const jpeg = new Uint8Array(await draw("stars", 3, 640, 480).jpeg().toBuffer());

describe.runIf(there)("the web bundle with a model that has a plan", () => {
  it("does without onnxruntime-web", async () => {
    const folder = await buildLambda("web", { folder: `${bundles.home}/lean` });
    await rm(`${folder}/assets`, { recursive: true });
    const lambda = await createLambda({ folder, environment: { WHIPPET_STORE: model!.url }, memory: 512 });
    try {
      expect((await fetch(`${lambda.url}/classify`, { method: "POST", body: jpeg })).status).toBe(200);
    } finally {
      await lambda.close();
    }
  });
});

describe.runIf(there)("the web bundle with a model that has no plan", () => {
  it("runs its ONNX file on onnxruntime-web, as Node does, within 512 MB", async () => {
    const stock = await modelInFolder("onnxruntime-web");
    const folder = await buildLambda("web", { folder: `${bundles.home}/stock` });
    const lambda = await createLambda({ folder, environment: { WHIPPET_STORE: stock.url }, memory: 512 });
    const engine = await chooseEngine("web");
    const node = await startServer({ store: stock.store, engine, host: "127.0.0.1", port: 0, log: () => {} });
    try {
      const [here, there] = await Promise.all(
        [lambda.url, node.url].map(async (url) =>
          (await fetch(`${url}/classify?trace=1`, { method: "POST", body: jpeg })).json(),
        ),
      );
      expect(here).toMatchObject({ trace: { engine: "web" } });
      expect(here).toEqual(there);
      expect(lambda.peak()).toBeLessThan(512);
    } finally {
      await lambda.close();
      await node.close();
      await stock.remove();
    }
  });
});

describe.runIf(there)("a function whose store cannot be read", () => {
  it("starts nevertheless, says so in its log, and answers 503 until something is published", async () => {
    const folder = await buildLambda("web", { folder: `${bundles.home}/empty` });
    const environment = { WHIPPET_STORE: `file:${bundles.home}/no-store` };
    const lambda = await createLambda({ folder, environment });
    try {
      const response = await fetch(`${lambda.url}/classify`, { method: "POST", body: jpeg });
      expect(response.status).toBe(503);
      await lambda.logged(1);
      expect(lambda.log.join()).toContain("model not loaded at start");
      expect((await fetch(`${lambda.url}/healthz`)).status).toBe(200);
    } finally {
      await lambda.close();
    }
  });

  it("names the variable that is missing", async () => {
    const folder = await buildLambda("web", { folder: `${bundles.home}/none` });
    const lambda = await createLambda({ folder, environment: {} });
    try {
      expect((await fetch(`${lambda.url}/healthz`)).status).toBe(502);
      expect(lambda.log.join("\n")).toContain("WHIPPET_STORE must be the store that models are published in");
    } finally {
      await lambda.close();
    }
  });
});
