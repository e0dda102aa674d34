/** Promotion, a trial on a share of the requests, and rollback over HTTP, by the owner's token. */
import { describe, expect, it } from "vitest";
import { readPointer } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const token = "0123456789abcdef";
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  body: JSON.stringify(body),
});

describe("promotion and rollback over HTTP", () => {
  it("move the pointer, there and back", async () => {
    const { app, store } = await serve({}, { token });
    const first = await publishFake(store, { logits: [1, 2] });
    const second = await publishFake(store, { logits: [2, 1], promote: false });
    const current = async () => ((await (await app.request("/models/letters")).json()) as { version: string }).version;
    expect(await current()).toBe(first);
    const promoted = await app.request("/models/letters/promote", json({ version: second }));
    expect([promoted.status, await promoted.json()]).toEqual([200, { model: "letters", version: second }]);
    expect(await current()).toBe(second);
    const back = await app.request("/models/letters/rollback", json({}));
    expect(await back.json()).toEqual({ model: "letters", version: first });
    expect(await current()).toBe(first);
  });

  it("refuse a version that is none, is not there, or is damaged", async () => {
    const { app, store } = await serve({}, { token });
    const version = await publishFake(store, { logits: [1, 2], promote: false });
    const promote = async (wanted: string) =>
      (await app.request("/models/letters/promote", json({ version: wanted }))).status;
    expect(await promote("../../x")).toBe(400);
    expect(await promote("20200101T000000Z-000000000000")).toBe(404);
    await store.remove([`models/letters/${version}/model.int8.onnx`]);
    expect(await promote(version)).toBe(409);
  });

  it("try a version on a share of the requests, until it is promoted or not", async () => {
    const { app, store, models } = await serve({}, { token });
    const first = await publishFake(store, { logits: [1, 2] });
    const second = await publishFake(store, { logits: [2, 1], promote: false });
    const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
    const promote = async (body: unknown) => {
      const response = await app.request("/models/letters/promote", json(body));
      await models.refresh();
      return [response.status, await response.json()];
    };
    /** How often each version answers so many requests. */
    const answered = async (requests: number) => {
      const versions: string[] = [];
      for (let i = 0; i < requests; i++) {
        const response = await app.request("/classify", post(jpeg, { "x-request-id": `id-${i}` }));
        versions.push(response.headers.get("whippet-version")!);
      }
      return { first: versions.filter((v) => v === first).length, second: versions.filter((v) => v === second).length };
    };

    expect(await promote({ version: second, share: 0.3 })).toEqual([
      200,
      { model: "letters", version: second, share: 0.3 },
    ]);
    expect((await readPointer(store, "letters"))!.pointer).toMatchObject({
      version: first,
      candidate: { version: second, share: 0.3 },
    });
    const tried = await answered(40);
    expect(tried.first + tried.second).toBe(40);
    expect(Math.abs(tried.second - 12)).toBeLessThan(9);

    const back = await app.request("/models/letters/rollback", json({}));
    expect(await back.json()).toEqual({ model: "letters", version: first });
    await models.refresh();
    expect(await answered(10)).toEqual({ first: 10, second: 0 });

    await promote({ version: second, share: 0.3 });
    expect(await promote({ version: second })).toEqual([200, { model: "letters", version: second }]);
    expect(await answered(10)).toEqual({ first: 0, second: 10 });
    for (const share of [0, 1, -0.1, "0.1"])
      expect(await promote({ version: first, share })).toMatchObject([
        400,
        { detail: expect.stringContaining("share") },
      ]);
  });
});
