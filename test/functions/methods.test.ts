/** What every route does alike, whichever there are: HEAD, OPTIONS, a request's id. */
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import { createNodeAssets } from "../../functions/page/assets/node.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";
import { serve } from "./serving.ts";

const token = "token-of-the-owner";
const { app, store } = await serve({}, { token }, undefined, {
  metrics: createMetrics(),
  feedback: createMemoryStore(),
  assets: createNodeAssets(),
  origins: ["https://friend.example"],
});
const version = await publishFake(store, { logits: [1, 2] });
const routes = app.routes.filter(({ method }) => method !== "ALL");
const pathOf = (path: string) =>
  path
    .replace(/:file(\{.*\})?/, "metrics.json")
    .replace(":asset", "local.js")
    .replace(":name", "letters")
    .replace(":version", version);
const headers = { authorization: `Bearer ${token}` };

describe("HEAD", () => {
  it.each(routes.filter(({ method }) => method === "GET").map(({ path }) => path))(
    "of %s is GET without its body",
    async (path) => {
      const [get, head] = await Promise.all(
        ["GET", "HEAD"].map((method) => app.request(pathOf(path), { method, headers })),
      );
      expect(head!.status).toBe(get!.status);
      expect(await head!.text()).toBe("");
      for (const name of ["content-type", "etag", "cache-control"])
        expect(head!.headers.get(name)).toBe(get!.headers.get(name));
    },
  );
});

describe("OPTIONS", () => {
  it.each([...new Set(routes.map(({ path }) => path))])(
    "of %s names its methods, and a page of a friend may ask by each",
    async (path) => {
      const response = await app.request(pathOf(path), { method: "OPTIONS" });
      const allow = response.headers.get("allow")?.split(", ") ?? [];
      expect(response.status).toBe(204);
      for (const { method } of routes.filter((route) => route.path === path)) {
        expect(allow).toContain(method);
        const preflight = await app.request(pathOf(path), {
          method: "OPTIONS",
          headers: { origin: "https://friend.example", "access-control-request-method": method },
        });
        expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, method]);
      }
    },
  );
});

describe("x-request-id", () => {
  it("is made where there is none, and made anew where it could forge a log or fill it", async () => {
    for (const sent of [undefined, "two words", "a\tb", "x".repeat(256), "é"]) {
      const response = await app.request("/healthz", { headers: sent === undefined ? {} : { "x-request-id": sent } });
      expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
    const response = await app.request("/nothing", { headers: { "x-request-id": "mine_1-2=3" } });
    expect(response.headers.get("x-request-id")).toBe("mine_1-2=3");
  });
});
