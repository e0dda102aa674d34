/** A server that is told to stop while someone does not come to an end: what has begun gets ten seconds, and no more. */
import { once } from "node:events";
import { connect } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { draw } from "../drawing.ts";
import { createFakeEngine } from "../functions/fake-engine.ts";
import { publishFake } from "../functions/publishing.ts";
import { until } from "../functions/serving.ts";
import { createMemoryStore } from "../store/memory.ts";

const store = createMemoryStore();
const engine = createFakeEngine();
await publishFake(store, { logits: [1, 2] });
const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
let server: RunningServer;

beforeEach(async () => {
  server = await startServer({ store, engine, host: "127.0.0.1", port: 0, log: () => {} });
  await fetch(`${server.url}/classify`, { method: "POST", body: jpeg });
});

const form = (photos: number): FormData => {
  const body = new FormData();
  for (let i = 0; i < photos; i++) body.append("photo", new File([jpeg], "photo"));
  return body;
};
const seconds = (began: number): number => (performance.now() - began) / 1000;
const grace = nodeLimits.grace / 1000;

describe("a server that is told to stop", () => {
  it("cuts a connection off whose request does not come to its end", async () => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.on("error", () => {}).resume();
    socket.write("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
    const began = performance.now();
    const closed = server.close();
    const cut = once(socket, "close").then(() => seconds(began));
    await closed;
    expect(await cut).toBeGreaterThan(grace - 0.5);
    expect(await cut).toBeLessThan(grace + 5);
  });

  it("finishes a batch that ends in time, and gives one up that outlasts it, without another photo of it", async () => {
    const slow = async (milliseconds: number) => {
      const release = engine.holdRuns();
      const answering = fetch(`${server.url}/classify`, { method: "POST", body: form(16) }).then(
        async (response) => ((await response.json()) as { results: unknown[] }).results.length,
        () => "cut off",
      );
      await until(() => engine.waiting === 1);
      const began = performance.now();
      const runs = engine.runs;
      const closed = server.close();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      release();
      await closed;
      return { answered: await answering, seconds: seconds(began), runs: engine.runs - runs };
    };
    expect(await slow(2000)).toMatchObject({ answered: 16, runs: 16 });
    server = await startServer({ store, engine, host: "127.0.0.1", port: 0, log: () => {} });
    await fetch(`${server.url}/classify`, { method: "POST", body: jpeg });
    const outlasting = await slow(nodeLimits.grace + 2000);
    // the photo that was under way is let finish, since wasm heeds no signal
    expect(outlasting).toMatchObject({ answered: "cut off", runs: 1 });
    expect(outlasting.seconds).toBeGreaterThan(grace);
  });
});
