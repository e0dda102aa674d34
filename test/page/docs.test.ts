import { describe, expect, it } from "vitest";
import { samplesOf } from "../../functions/page/docs/samples.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";

describe("GET /docs", () => {
  it("shows each call and each shape of /openapi.json, and links to none that is not there", async () => {
    const { app, store } = await serve({}, { token: "token-of-the-owner" });
    await publishFake(store, { logits: [1, 2] });
    const page = await (await app.request("/docs")).text();
    const document = (await (await app.request("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    };
    for (const methods of Object.values(document.paths))
      for (const { operationId } of Object.values(methods)) expect(page).toContain(`<h3 id="${operationId}">`);
    for (const name of Object.keys(document.components.schemas)) expect(page).toContain(`<h3 id="schema-${name}">`);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
    expect(page).toContain("/models/letters/report");
  });

  it("is 304 to who has it, has no body for HEAD, and is there before anything is published", async () => {
    const { app } = await serve();
    const etag = (await app.request("/docs")).headers.get("etag")!;
    expect((await app.request("/docs", { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await app.request("/docs", { method: "HEAD" });
    expect([head.status, await head.text(), head.headers.get("etag")]).toEqual([200, "", etag]);
  });
});

describe("samples", () => {
  const url = "https://your.server/trainings";
  const samples = Object.fromEntries(
    samplesOf({
      method: "POST",
      url,
      body: "json",
      fields: [],
      json: `{\n  "name": "o'clock",\n  "force": true\n}`,
      token: true,
    }),
  );

  it("quote for the shell, carry the token, and write Python's own words", () => {
    expect(samples.curl).toContain(`-d '{\n  "name": "o'\\''clock",\n  "force": true\n}'`);
    expect(samples.curl).toContain(`"Authorization: Bearer $TOKEN"`);
    expect(samples.Python).toContain(`"force": True`);
  });

  it("are JavaScript that parses", () => {
    expect(() => new Function(`return async () => { ${samples.fetch} }`)).not.toThrow();
  });
});
