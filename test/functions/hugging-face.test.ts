/** The unmodified client of Hugging Face, against a server over a socket. */
import { InferenceClient } from "@huggingface/inference";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createFakeEngine } from "./fake-engine.ts";
import { publishFake } from "./publishing.ts";
import { post } from "./serving.ts";

const store = createMemoryStore();
const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const base64 = Buffer.from(jpeg).toString("base64");
const client = new InferenceClient();
let server: RunningServer;
let endpointUrl: string;

beforeAll(async () => {
  await publishFake(store, { logits: [1, 3, 2, 0, -1, -2] });
  server = await startServer({ store, engine: createFakeEngine(), host: "127.0.0.1", port: 0, log: () => {} });
  endpointUrl = `${server.url}/models/letters`;
});
afterAll(() => server.close());

describe("imageClassification of @huggingface/inference", () => {
  it("gets the five best labels for a photo", async () => {
    const answer = await client.imageClassification({ endpointUrl, inputs: new Blob([jpeg], { type: "image/jpeg" }) });
    expect(answer.map(({ label }) => label)).toEqual(["b", "c", "a", "d", "e"]);
    expect(answer[0]!.score).toBeCloseTo(0.63, 1);
  });

  // of a Blob this version of the client sends the bytes alone, and its parameters to nobody
  it("is answered with parameters too", async () => {
    const inputs = new Blob([jpeg]);
    const answer = await client.imageClassification({ endpointUrl, inputs, parameters: { top_k: 2 } });
    expect(answer[0]!.label).toBe("b");
  });

  it("is heeded where its parameters travel, as JSON beside the photo in base64", async () => {
    const request = { endpointUrl, inputs: base64, parameters: { top_k: 2, function_to_apply: "softmax" } };
    const answer = await client.request<{ label: string }[]>(request, { task: "image-classification" });
    expect(answer.map(({ label }) => label)).toEqual(["b", "c"]);
  });

  it("brings a key as its access token, where access is by key", async () => {
    const { key } = await createKey(store, { name: "client", quota: 10 }, { now: Date.now });
    const chosen = { access: "key" } as const;
    const engine = createFakeEngine();
    const keyed = await startServer({ store, engine, chosen, host: "127.0.0.1", port: 0, log: () => {} });
    const asked = { endpointUrl: `${keyed.url}/models/letters`, inputs: new Blob([jpeg]) };
    try {
      expect(await new InferenceClient(key).imageClassification(asked)).toHaveLength(5);
      await expect(client.imageClassification(asked)).rejects.toMatchObject({ httpResponse: { status: 401 } });
    } finally {
      await keyed.close();
    }
  });

  it("hears what is wrong with a photo", async () => {
    const asked = client.imageClassification({ endpointUrl, inputs: new Blob(["no photo"]) });
    await expect(asked).rejects.toMatchObject({ httpResponse: { status: 400 } });
  });
});

describe("the task's parameters", () => {
  const ask = (parameters: unknown) =>
    fetch(endpointUrl, post(JSON.stringify({ inputs: base64, parameters }), { "content-type": "application/json" }));

  it("may be null, as other clients send what they do not set", async () => {
    for (const parameters of [null, { top_k: null, function_to_apply: null }]) {
      const response = await ask(parameters);
      expect(await response.json()).toHaveLength(5);
    }
  });

  it("cannot ask for other scores than the calibrated ones", async () => {
    const response = await ask({ function_to_apply: "sigmoid" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("calibrated as softmax") });
  });
});
