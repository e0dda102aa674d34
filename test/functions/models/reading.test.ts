/** What reading costs: the store is asked for no more than is answered, and not again for what was just read. */
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { describe, expect, it, vi } from "vitest";
import { createSendWhole } from "../../../functions/models/held-files.ts";
import { LISTING_HELD } from "../../../functions/models/listing.ts";
import { sha256 } from "../../../shared/hash.ts";
import { fakeModelBytes } from "../fake-engine.ts";
import { publishFake, publishModel } from "../publishing.ts";
import { serve } from "../serving.ts";

const token = "token-of-the-owner";

/** An app on a bucket, whose looks are counted. */
const serving = async (settings = {}) => {
  const server = await serve({ refresh: 25_000, ...settings }, { token });
  const { app, store } = server;
  const version = await publishFake(store, { logits: [1, 2] });
  const spies = { get: vi.spyOn(store, "get"), getPart: vi.spyOn(store, "getPart"), list: vi.spyOn(store, "list") };
  const looks = () => {
    const counted = Object.values(spies).flatMap((spy) => spy.mock.calls.map(([key]) => key));
    for (const spy of Object.values(spies)) spy.mockClear();
    return counted;
  };
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    app.request(path, { method, headers });
  const key = `models/letters/${version}/model.int8.onnx`;
  const file = `/models/letters/${version}/files/model.int8.onnx`;
  return { ...server, version, spies, looks, get, key, file };
};

describe("a part of a model's file", () => {
  it("is all that is read of it, of a bucket's as of a folder's", async () => {
    for (const refresh of [400, 25_000]) {
      const { get, file, key, version, looks, spies } = await serving({ refresh });
      const response = await get(file, { range: "bytes=2-4" });
      expect([response.status, await response.text()]).toEqual([206, "log"]);
      expect(spies.getPart).toHaveBeenCalledWith(key, 2, 5);
      expect(looks()).toEqual([`models/letters/${version}/manifest.json`, key]);
    }
  });

  it("is nothing to whom a file is known, and to HEAD, which says how large it is", async () => {
    const { get, file, looks, store, key } = await serving();
    const bytes = (await store.get(key))!.bytes;
    const etag = `"${await sha256(bytes)}"`;
    looks();
    const known = await get(file, { "if-none-match": etag, range: "bytes=0-0" });
    const head = await get(file, { range: "bytes=0-0" }, "HEAD");
    expect([known.status, head.status, head.headers.get("etag")]).toEqual([304, 200, etag]);
    expect(head.headers.get("content-length")).toBe(String(bytes.length));
    expect(looks().filter((looked) => looked === key)).toEqual([]);
  });

  it("is the whole for who has the beginning of another file", async () => {
    const { get, file } = await serving();
    const etag = (await get(file)).headers.get("etag")!;
    const statuses = [etag, '"another"'].map(async (known) => {
      const response = await get(file, { range: "bytes=5-", "if-range": known });
      return response.status;
    });
    expect(await Promise.all(statuses)).toEqual([206, 200]);
  });

  it("is 503 where the file is not as long as its manifest says, or is gone", async () => {
    const { get, file, store, key } = await serving();
    await store.put(key, new Uint8Array(10));
    const shorter = await get(file, { range: "bytes=0-4" });
    expect([shorter.status, await shorter.json()]).toMatchObject([
      503,
      { detail: expect.stringContaining("10 bytes") },
    ]);
    await store.remove([key]);
    expect((await get(file, { range: "bytes=0-4" })).status).toBe(503);
  });
});

describe("pages and manifests of a bucket", () => {
  it.each([
    ["the model's page", "/models/letters", { accept: "text/html" }],
    ["its manifest", "/models/letters", {}],
    ["the first page", "/", {}],
    ["the API's page", "/docs", {}],
    ["the list", "/models", {}],
  ])("cost no further look within a moment: %s", async (_, path, headers) => {
    const { get, looks, time } = await serving();
    const first = await get(path, headers);
    expect(first.status).toBe(200);
    expect(looks().length).toBeGreaterThan(0);
    const many = await Promise.all(Array.from({ length: 20 }, () => get(path, headers)));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
    expect(looks()).toEqual([]);
    time.now += LISTING_HELD;
    expect((await get(path, headers)).status).toBe(200);
    // pointers and listings are looked at again; what a version holds is not
    expect(looks().filter((key) => /\/\d{8}T/.test(key))).toEqual([]);
  });

  it("are those of a version that the owner promotes here, at once", async () => {
    const { get, app, store } = await serving();
    const second = await publishFake(store, { logits: [2, 1], promote: false });
    await get("/models/letters");
    const promoted = await app.request("/models/letters/promote", {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ version: second }),
    });
    expect(promoted.status).toBe(200);
    expect(await (await get("/models/letters")).json()).toMatchObject({ version: second });
  });

  it("are looked up again after a failure", async () => {
    const { get, spies } = await serving();
    spies.get.mockRejectedValueOnce(new Error("no route"));
    expect((await get("/models/letters")).status).toBe(503);
    expect((await get("/models/letters")).status).toBe(200);
  });
});

describe("whole files on their way to readers", () => {
  it("are let go over a socket when their reader goes away", async () => {
    const server = await serve({ reading: { bytes: 9_000_000, milliseconds: 60_000 } });
    const fileOf = async (logits: number[]): Promise<string> => {
      // JSON may end in blanks
      const padded = Buffer.concat([fakeModelBytes({ logits }), Buffer.alloc(8_000_000, " ")]);
      const model = {
        name: "letters",
        labels: ["a", "b"],
        bytes: padded,
        precision: "int8" as const,
        engine: server.engine,
      };
      return `/models/letters/${await publishModel(server.store, model)}/files/model.int8.onnx`;
    };
    const [first, second] = [await fileOf([1, 2]), await fileOf([2, 1])];
    const listening = createAdaptorServer({ fetch: server.app.fetch });
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET ${first} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, "data");
    socket.pause();
    const ask = async () => {
      const response = await fetch(`http://127.0.0.1:${port}${second}`);
      await response.arrayBuffer();
      return response.status;
    };
    expect(await ask()).toBe(503);
    socket.destroy();
    while ((await ask()) !== 200) await new Promise((resolve) => setTimeout(resolve, 5));
    listening.close();
  });

  const bytes = Uint8Array.from({ length: 600_000 }, (_, i) => i % 251);
  const read = async (stream: ReadableStream) => new Uint8Array(await new Response(stream).arrayBuffer());

  it("are in memory once, however many are sent one, and let go after the last", async () => {
    const sendWhole = createSendWhole({ bytes: 1_000_000, milliseconds: 10_000 });
    let reads = 0;
    const send = (key: string) =>
      sendWhole(key, bytes.length, async () => {
        reads++;
        return bytes;
      });
    const streams = await Promise.all([send("a"), send("a"), send("a")]);
    expect(reads).toBe(1);
    await expect(send("b")).rejects.toMatchObject({ status: 503, retryAfter: 5 });
    expect(await read(streams[0]!)).toEqual(bytes);
    await streams[1]!.cancel();
    await expect(send("b")).rejects.toMatchObject({ status: 503 });
    expect(await read(streams[2]!)).toEqual(bytes);
    expect(await read(await send("b"))).toEqual(bytes);
    expect(reads).toBe(2);
  });

  it("are let go when they cannot be read, and when a reader takes nothing for a while", async () => {
    const sendWhole = createSendWhole({ bytes: 1_000_000, milliseconds: 20 });
    await expect(sendWhole("a", 600_000, () => Promise.reject(new Error("damaged")))).rejects.toThrow("damaged");
    const reader = (await sendWhole("a", 600_000, async () => bytes)).getReader();
    await reader.read();
    await expect(sendWhole("b", 600_000, async () => bytes)).rejects.toMatchObject({ status: 503 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(reader.read()).rejects.toThrow("nothing of the file was taken for 0.02 s");
    expect(await read(await sendWhole("b", 600_000, async () => bytes))).toEqual(bytes);
  });
});
