import { describe, expect, it, vi } from "vitest";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const { app, store, time } = await serve();
await publishFake(store, { logits: [1, 2] });
await publishFake(store, { name: "digits", logits: [1, 2, 3] });
const manifest = async (name: string) => (await (await app.request(`/models/${name}`)).json()) as { version: string };

describe("GET /models", () => {
  it("lists what is published, and which answers where none is named: the one promoted last", async () => {
    const body = await (await app.request("/models")).json();
    expect(body).toMatchObject({
      default: "digits",
      models: [
        { name: "digits", labels: 3 },
        { name: "letters", labels: 2 },
      ],
    });
  });
});

describe("GET /models/:name", () => {
  it("is the manifest, and 304 for a reader who has it", async () => {
    const response = await app.request("/models/letters");
    const etag = response.headers.get("etag")!;
    expect(await response.json()).toMatchObject({ name: "letters", labels: ["a", "b"] });
    const again = await app.request("/models/letters", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("answers HEAD without a body", async () => {
    const response = await app.request("/models/letters", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("GET /models/:name/:version/files/:file", () => {
  it.each([
    ["model.int8.onnx", "application/octet-stream"],
    ["probes/probes.json", "application/json"],
    ["probes/star.jpg", "image/jpeg"],
    ["metrics.json", "application/json"],
  ])("gives %s, for ever", async (file, type) => {
    const { version } = await manifest("letters");
    const response = await app.request(`/models/letters/${version}/files/${file}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it.each([
    "manifest.json",
    "../current.json",
    "..%2fcurrent.json",
    "%2e%2e/%2e%2e/digits/current.json",
    "probes/none.jpg",
  ])("gives no %s", async (file) => {
    const { version } = await manifest("letters");
    expect((await app.request(`/models/letters/${version}/files/${file}`)).status).toBe(404);
  });
});

describe("GET /models/:name/report", () => {
  const token = "token-of-the-owner";
  /** A server with one model, and how often its report was read. */
  const serving = async ({ publicPhotos, report = true }: { publicPhotos?: true; report?: boolean }) => {
    const server = await serve({}, { token });
    const { store } = server;
    const version = await publishFake(store, { logits: [1, 2], manifest: publicPhotos ? { publicPhotos } : {} });
    const html = new TextEncoder().encode("<h1>letters</h1>");
    if (report) await store.put(`models/letters/${version}/report.html`, html);
    const read = vi.spyOn(store, "get");
    const ask = (headers = {}) => server.app.request("/models/letters/report", { headers });
    const send = (fields: Record<string, string>) =>
      server.app.request("/models/letters/report/owner", post(new URLSearchParams(fields)));
    const page = async () => (await server.app.request("/models/letters", { headers: { accept: "text/html" } })).text();
    return { ask, send, page, reads: () => read.mock.calls.filter(([key]) => key.endsWith("report.html")).length };
  };

  it("is shown to anyone where the manifest says publicPhotos, in a sandbox, and read once for who has it", async () => {
    const { ask, reads } = await serving({ publicPhotos: true });
    const response = await ask();
    expect([response.status, await response.text()]).toEqual([200, "<h1>letters</h1>"]);
    expect(response.headers.get("content-security-policy")).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    const known = await ask({ "if-none-match": response.headers.get("etag")! });
    expect([known.status, await known.text(), reads()]).toEqual([304, "", 1]);
  });

  it("is the owner's alone otherwise, and to anyone else 404 without a look at it", async () => {
    const { ask, reads } = await serving({});
    expect((await ask({ authorization: "Bearer another" })).status).toBe(404);
    expect([(await ask()).status, reads()]).toEqual([404, 0]);
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it("is read by a form's token, of the owner alone, and kept nowhere", async () => {
    const { send, reads } = await serving({});
    const refused = await send({ token: "another-token-of-16" });
    expect([refused.status, (await send({})).status, reads()]).toEqual([401, 400, 0]);
    const response = await send({ token });
    expect([response.status, await response.text()]).toEqual([200, "<h1>letters</h1>"]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect((await send({ token, more: "x".repeat(5000) })).status).toBe(413);
  });

  it("is linked from the model's page where anyone may read it, and has a form there for its owner", async () => {
    const link = `<a href="/models/letters/report">`;
    const form = `<form action="/models/letters/report/owner" method="post"`;
    const offered = async (options: Parameters<typeof serving>[0]) => {
      const page = await (await serving(options)).page();
      return [page.includes(link), page.includes(form)];
    };
    expect(await offered({ publicPhotos: true })).toEqual([true, false]);
    expect(await offered({})).toEqual([false, true]);
    expect(await offered({ report: false })).toEqual([false, false]);
    const ownerless = await serve();
    const version = await publishFake(ownerless.store, { logits: [1, 2] });
    await ownerless.store.put(`models/letters/${version}/report.html`, new Uint8Array(1));
    const page = await ownerless.app.request("/models/letters", { headers: { accept: "text/html" } });
    expect(await page.text()).not.toContain("Full report");
    expect((await ownerless.app.request("/models/letters/report/owner", post("token=x"))).status).toBe(404);
  });

  it("is a 404 that says so where there is none", async () => {
    const { ask } = await serving({ publicPhotos: true, report: false });
    const response = await ask();
    expect([response.status, (await ask({ "if-none-match": "*" })).status]).toEqual([404, 404]);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("published without report.html") });
  });
});

describe("health", () => {
  it("is alive without a model, and ready with one", async () => {
    expect(await (await app.request("/healthz")).json()).toEqual({ alive: true });
    expect(await (await app.request("/readyz")).json()).toMatchObject({ ready: true, model: "digits", engine: "web" });
    time.now += 1;
  });
});
