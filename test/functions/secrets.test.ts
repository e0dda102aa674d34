/** What no log, no metric and no error may hold: the photo, what is in it, and what opens doors. */
import { expect, it } from "vitest";
import { createAccess } from "../../functions/access/access.ts";
import type { LogEntry } from "../../functions/log.ts";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

it("nothing that a server says of requests, answered or refused, holds a photo, a key or a token", async () => {
  const token = "token-of-the-owner";
  const store = createMemoryStore();
  const clock = { now: Date.now, measures: true };
  const logged: LogEntry[] = [];
  const access = createAccess({ store, clock, log: (entry) => void logged.push(entry), refresh: 0, storeTime: 5000 });
  const metrics = createMetrics();
  const server = await serve({}, { token }, undefined, { store, access, metrics, feedback: createMemoryStore() });
  await publishFake(store, { logits: [1, 2] });
  const { key } = await createKey(store, { name: "phone", quota: 1000 }, clock);
  const drawn = draw("stars", 2).withExif({ IFD0: { Artist: "PhotographersName" } });
  const photo = new Uint8Array(await drawn.jpeg().toBuffer());
  const base64 = Buffer.from(photo).toString("base64");
  const form = new FormData();
  form.append("photo", new File([photo], "PhotosFileName.jpg"));
  form.append("label", "a");
  const json = { "content-type": "application/json" };
  const sent: string[] = [];
  for (const secret of [key, token, "wrong-key-or-token"])
    for (const [path, init] of [
      ["/classify", post(photo)],
      ["/classify?top=99", post(photo)],
      ["/classify", post(photo.slice(0, 500))],
      ["/classify", post(form)],
      ["/models/letters", post(JSON.stringify({ inputs: base64 }), json)],
      ["/models/letters", post(JSON.stringify({ inputs: base64.slice(0, 500), parameters: { top_k: 1 } }), json)],
      ["/models/letters/feedback", post(form)],
      ["/models/letters/promote", post(JSON.stringify({ version: "x" }), json)],
      ["/metrics", {}],
    ] as [string, RequestInit][]) {
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${secret}` };
      const response = await server.app.request(path, { ...init, headers });
      if (response.status !== 200) sent.push(await response.text());
    }
  // the store's own words may hold anything
  Object.assign(store, { get: () => Promise.reject(new Error("no")) });
  await server.app.request("/classify?model=other", post(photo, { authorization: `Bearer ${key}` }));

  const statuses = server.logged.filter(({ event }) => event === "request").map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 201, 400, 401, 503]));
  const everything = [JSON.stringify([logged, server.logged]), metrics.text(0), ...sent].join("\n");
  for (const secret of [key, token, "wrong-key-or-token", "PhotographersName", "PhotosFileName", base64.slice(0, 40)])
    expect(everything).not.toContain(secret);
});
