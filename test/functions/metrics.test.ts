import { describe, expect, it } from "vitest";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());

describe("GET /metrics", () => {
  it("counts answers by label and outcome, refusals by status, and times requests by route", async () => {
    const { app, store } = await serve({}, undefined, undefined, { metrics: createMetrics() });
    const version = await publishFake(store, { logits: [1, 3], manifest: { labels: ["a", 'a "b"\\\nc'] } });
    for (const body of [jpeg, jpeg, "no photo"]) await app.request("/classify?model=letters", post(body));
    await app.request("/made/up/by/a/client");
    const response = await app.request("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const lines = (await response.text()).split("\n");
    expect(lines).toContain(
      `whippet_answers_total{model="letters",version="${version}",label="a \\"b\\"\\\\\\nc",outcome="known"} 2`,
    );
    expect(lines).toContain('whippet_refusals_total{model="letters",status="400"} 1');
    expect(lines).toContain('whippet_request_seconds_count{route="/classify",method="POST",status="200"} 2');
    expect(lines).toContain('whippet_request_seconds_bucket{route="/classify",method="POST",status="200",le="+Inf"} 2');
    expect(lines).toContain("whippet_photos_in_flight 0");
    expect(lines.join()).not.toContain("made/up");
    for (const line of lines.filter((line) => line && !line.startsWith("#")))
      expect(line).toMatch(/^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [\d.e+-]+$/);
  });

  it("makes no series of what a client makes up: models' names, and names too long for one", async () => {
    const { app, store } = await serve({}, undefined, undefined, { metrics: createMetrics() });
    await publishFake(store, { logits: [1, 3] });
    await app.request("/models/letters", post("no photo"));
    const made = [...Array.from({ length: 50 }, (_, i) => `made-up-${i}`), "z".repeat(8000), "%00", "default"];
    for (const name of made) {
      expect((await app.request(`/models/${name}`, post(jpeg))).status).toBe(404);
      expect((await app.request(`/classify?model=${name}`, post(jpeg))).status).toBe(404);
    }
    const text = await (await app.request("/metrics")).text();
    expect(text.split("\n").filter((line) => line.startsWith("whippet_refusals_total{"))).toEqual([
      'whippet_refusals_total{model="letters",status="400"} 1',
      `whippet_refusals_total{status="404"} ${2 * made.length}`,
    ]);
    expect(text).not.toMatch(/made-up|zzz/);
    expect(text.split("\n").filter((line) => line.startsWith("whippet_request_seconds_count"))).toHaveLength(3);
  });

  it("counts loads of models, as the log tells of them", () => {
    const metrics = createMetrics();
    const log = metrics.count(() => {});
    for (const event of ["model loaded", "model loaded", "model refused", "request"])
      log({ level: "info", event, model: "dogs" });
    const lines = metrics.text(3).split("\n");
    expect(lines).toContain('whippet_model_loads_total{model="dogs",outcome="loaded"} 2');
    expect(lines).toContain('whippet_model_loads_total{model="dogs",outcome="refused"} 1');
    expect(lines).toContain("whippet_photos_in_flight 3");
  });

  it("is the owner's alone where there is one, and not there where nobody counts", async () => {
    const token = "token-of-the-owner";
    const { app } = await serve({}, { token }, undefined, { metrics: createMetrics() });
    expect((await app.request("/metrics")).status).toBe(401);
    expect((await app.request("/metrics", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect((await (await serve()).app.request("/metrics")).status).toBe(404);
  });
});
