import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { createApp } from "../../functions/app.ts";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import { namedAnswers } from "../../functions/openapi/answers.ts";
import { createNodeAssets } from "../../functions/page/assets/node.ts";
import type { Jobs } from "../../shared/jobs/jobs.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const token = "token-of-the-owner";
const queued = (id: string) => ({
  id,
  model: "m",
  device: "cpu" as const,
  state: "queued" as const,
  shards: 1,
  created: new Date(0).toISOString(),
});
const jobs: Jobs = {
  devices: ["cpu"],
  submit: async ({ id }) => id,
  describe: async (id) => queued(id),
  list: async () => [],
  cancel: async () => {},
  log: async (id) => ({ state: queued(id), lines: [], next: "1" }),
};
const trainings = { jobs, store: "s3://models", photos: "s3://photos" };
const uploads = {
  create: async () => ({
    upload: "uploads/1",
    method: "PUT" as const,
    url: "https://bucket.example/1",
    headers: {},
    expires: new Date(0).toISOString(),
  }),
  open: async () => undefined,
  remove: async () => {},
};

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>
  >;
  components: { schemas: Record<string, unknown> };
}
const documentOf = async (app: ReturnType<typeof createApp>) =>
  (await (await app.request("/openapi.json")).json()) as Document;

const assets = createNodeAssets();
const open = await serve({}, undefined, undefined, { assets });
const whole = await serve({}, { token, trainings }, uploads, {
  metrics: createMetrics(),
  feedback: createMemoryStore(),
  assets,
});
await publishFake(whole.store, {
  logits: [1, 2],
  manifest: { outputs: { logits: "l", heatmap: { name: "h", classes: 2 } } },
});

/** `POST /models/{name}` for each route of `app` that has a path. */
const routesOf = (app: ReturnType<typeof createApp>) =>
  new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/*")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`),
  );

/** Pages, what they load and their own forms are no part of the API. */
const pages = ["GET /", "GET /docs", "GET /assets/{asset}", "POST /models/{name}/report/owner"];

describe("GET /openapi.json", () => {
  it.each([
    ["a server with everything", whole],
    ["a public server", open],
  ])("describes each route of %s, and no other", async (_, { app }) => {
    const { openapi, paths } = await documentOf(app);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(openapi).toBe("3.1.0");
    const shown = pages.filter((page) => routesOf(app).has(page));
    expect(new Set([...described, ...shown])).toEqual(routesOf(app));
  });

  it("refers only to schemas that it has, and says of each the bounds that requests are held to", async () => {
    const document = await documentOf(whole.app);
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).toHaveProperty(name!);
    expect(text).not.toMatch(/"\$(defs|id|schema)"/);
    expect(document.paths["/classify"]!.post).toMatchObject({
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: "top", in: "query", schema: expect.objectContaining({ minimum: 1 }) }),
        expect.objectContaining({ name: "heatmap", schema: { default: "0", type: "string", enum: ["0", "1"] } }),
      ]),
    });
  });

  it("is 304 for a reader who has it", async () => {
    const etag = (await whole.app.request("/openapi.json")).headers.get("etag")!;
    const again = await whole.app.request("/openapi.json", { headers: { "if-none-match": `"x", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});

const form = () => {
  const body = new FormData();
  for (const bytes of [jpeg, new Uint8Array(3)]) body.append("photo", new File([bytes], "photo"));
  return body;
};
const owner = { authorization: `Bearer ${token}` };
const json = (body: unknown) => post(JSON.stringify(body), { ...owner, "content-type": "application/json" });
const training = "/trainings/20261123-233000-1a2b3c4d";

describe("an answer", () => {
  it.each<[string, string, RequestInit | undefined]>([
    ["/classify", "/classify?heatmap=1&trace=1", post(jpeg)],
    ["/classify", "/classify", post(form())],
    ["/classify", "/classify", post("no photo")],
    ["/classify", "/classify?top=0", post(jpeg)],
    ["/models/{name}", "/models/letters", post(jpeg)],
    ["/models", "/models", undefined],
    ["/models/{name}", "/models/letters", undefined],
    ["/models/{name}", "/models/none", undefined],
    ["/uploads", "/uploads", json({ bytes: 10 })],
    ["/healthz", "/healthz", undefined],
    ["/readyz", "/readyz", undefined],
    ["/models/{name}/rollback", "/models/letters/rollback", json({})],
    ["/models/{name}/rollback", "/models/letters/rollback", post("")],
    ["/trainings", "/trainings", json({ name: "dogs", photos: "s3://photos/dogs/" })],
    ["/trainings", "/trainings", { headers: owner }],
    ["/trainings/{id}", training, { headers: owner }],
    ["/trainings/{id}", training, { headers: owner, method: "DELETE" }],
    ["/trainings/{id}/log", `${training}/log`, { headers: owner }],
  ])("of %s to %s is as the document says", async (path, asked, init) => {
    const { paths } = await documentOf(whole.app);
    const response = await whole.app.request(asked, init);
    const described = paths[path]![(init?.method ?? "GET").toLowerCase()]!.responses[response.status];
    const type = response.headers.get("content-type")!.split(";")[0]!;
    const schema = described!.content![type]!.schema as { $ref: string };
    const name = schema.$ref.split("/").at(-1) as keyof typeof namedAnswers;
    // strict: a field that the document does not name is a mistake too
    const strict = namedAnswers[name] instanceof z.ZodObject ? namedAnswers[name].strict() : namedAnswers[name];
    expect(strict.safeParse(await response.json()).error).toBeUndefined();
  });
});
