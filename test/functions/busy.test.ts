/** A server that has more to do than it can: who waits, who is refused, and that nobody is forgotten. */
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { promote } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve, until } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const batch = (photos: number) => {
  const body = new FormData();
  for (let i = 0; i < photos; i++) body.append("photo", new File([jpeg], "photo"));
  return post(body);
};
type Batch = { version: string; results: (Answer & { problem?: { status: number; detail: string } })[] };

describe("a busy server", () => {
  it("answers 503 with Retry-After to one request too many, and serves those that wait", async () => {
    const { app, store, engine } = await serve({ running: 1, waiting: 1 });
    await publishFake(store, { logits: [1, 2] });
    const ask = () => app.request("/classify", post(jpeg));
    await ask();
    const release = engine.holdRuns();
    const first = ask();
    await until(() => engine.waiting === 1);
    const second = ask();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const third = await ask();
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
    release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it("answers a photo beside four full batches after one photo of each, and counts them all while they wait", async () => {
    const { app, store, engine } = await serve({ running: 1 }, undefined, undefined, { metrics: createMetrics() });
    await publishFake(store, { logits: [1, 2] });
    await app.request("/classify", post(jpeg));
    const release = engine.holdRuns();
    const batches = [1, 2, 3, 4].map(() => app.request("/classify", batch(16)));
    await until(() => engine.waiting === 1);
    const alone = app.request("/classify", post(jpeg));
    const inFlight = async () =>
      /^whippet_photos_in_flight (\d+)/m.exec(await (await app.request("/metrics")).text())?.[1];
    while ((await inFlight()) !== "65") await new Promise((resolve) => setTimeout(resolve, 1));
    const before = engine.runs;
    release();
    expect((await alone).status).toBe(200);
    // the batch that had begun may get one more in
    expect(engine.runs - before).toBeLessThanOrEqual(6);
    for (const response of await Promise.all(batches)) {
      const { results } = (await response.json()) as Batch;
      expect(results.map(({ predictions }) => predictions[0]!.label)).toEqual(Array(16).fill("b"));
    }
    expect(await inFlight()).toBe("0");
  });

  it("answers what was done of a batch whose time is over, and 503 for the rest of it", async () => {
    const server = await serve({ answerTime: 30_000 });
    await publishFake(server.store, { logits: [1, 2] });
    await server.app.request("/classify", post(jpeg));
    const release = server.engine.holdRuns();
    const answering = server.app.request("/classify", batch(3));
    await until(() => server.engine.waiting === 1);
    server.time.now += 30_000;
    release();
    const response = await answering;
    expect(response.status).toBe(200);
    const { results } = (await response.json()) as Batch;
    expect(results[0]).toMatchObject({ predictions: [{ label: "b" }, { label: "a" }] });
    for (const { problem } of results.slice(1))
      expect(problem).toMatchObject({ status: 503, detail: expect.stringContaining("with fewer or smaller photos") });
  });

  it("asks one version about all photos of a batch, though another is promoted between two of them", async () => {
    const { app, store, engine, models } = await serve();
    const first = await publishFake(store, { logits: [1, 2] });
    const second = await publishFake(store, { logits: [2, 1], promote: false });
    await app.request("/classify", post(jpeg));
    const release = engine.holdRuns();
    const answering = app.request("/classify", batch(16));
    await until(() => engine.waiting === 1);
    await promote(store, "letters", second, { now: Date.now });
    const refreshed = models.refresh();
    // the new one is held at its probe
    await until(() => engine.waiting === 2);
    release();
    await refreshed;
    const { version, results } = (await (await answering).json()) as Batch;
    expect([first, version]).toEqual([expect.not.stringMatching(second), second]);
    expect(results.map((result) => result.version)).toEqual(Array(16).fill(second));
  });

  it("answers 503 when the bodies that are being sent would take too much memory", async () => {
    const { app } = await serve({ bodies: 1000 });
    expect((await app.request("/classify", post(new Uint8Array(1001)))).status).toBe(503);
    expect((await app.request("/classify", post(new Uint8Array(1000)))).status).not.toBe(413);
  });
});
