import { describe, expect, it } from "vitest";
import { publishFake } from "./publishing.ts";
import { serve } from "./serving.ts";

/** A fake model's file, of some twenty bytes. */
const serveFile = async (answerBytes = Number.POSITIVE_INFINITY) => {
  const { app, store } = await serve({ answerBytes });
  const version = await publishFake(store, { logits: [1, 2, 3] });
  const path = `/models/letters/${version}/files/model.int8.onnx`;
  const whole = (await store.get(`models/letters/${version}/model.int8.onnx`))!.bytes;
  const get = async (range?: string) => app.request(path, range === undefined ? {} : { headers: { range } });
  return { get, whole, size: whole.length };
};

const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

describe("a published file", () => {
  it("is answered whole, and says that parts can be asked for", async () => {
    const { get, whole } = await serveFile();
    const response = await get();
    expect([response.status, response.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
    expect(await bytesOf(response)).toEqual(whole);
  });

  it.each([
    ["bytes=0-4", 0, 5],
    ["bytes=3-3", 3, 4],
    ["bytes=5-", 5, Number.POSITIVE_INFINITY],
    ["bytes=-4", -4, Number.POSITIVE_INFINITY],
    ["bytes=2-999999", 2, Number.POSITIVE_INFINITY],
    ["Bytes = 0 - 4", 0, 5],
  ])("is answered in part for Range: %s", async (range, start, end) => {
    const { get, whole, size } = await serveFile();
    const response = await get(range);
    const part = whole.slice(start, end);
    const first = start < 0 ? size + start : start;
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${first}-${first + part.length - 1}/${size}`);
    expect(await bytesOf(response)).toEqual(part);
  });

  it.each(["bytes=999999-", "bytes=5-4", "bytes=-0"])("is refused with 416 for Range: %s", async (range) => {
    const { get, size } = await serveFile();
    const response = await get(range);
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${size}`);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(`the file has ${size} bytes`) });
  });

  it.each(["items=0-4", "bytes=0-1,4-5", "bytes=a-b"])("is answered whole for Range: %s", async (range) => {
    const { get } = await serveFile();
    expect((await get(range)).status).toBe(200);
  });
});

describe("a published file where an answer may have 8 bytes", () => {
  it("is refused whole with 413, which says how to ask", async () => {
    const response = await (await serveFile(8)).get();
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("Range: bytes=0-7") });
  });

  it("comes in parts that go on where the one before ended", async () => {
    const { get, whole, size } = await serveFile(8);
    const parts: number[] = [];
    while (parts.length < size) {
      const response = await get(`bytes=${parts.length}-`);
      expect(response.status).toBe(206);
      parts.push(...(await bytesOf(response)));
    }
    expect(Uint8Array.from(parts)).toEqual(whole);
  });
});
