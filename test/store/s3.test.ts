/** The S3 store against a real S3 server. */
import { randomBytes } from "node:crypto";
import { CreateMultipartUploadCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Store } from "../../shared/store/s3.ts";
import { ConflictError } from "../../shared/store/store.ts";
import { has } from "../require.ts";
import { type FaultyProxy, startFaultyProxy } from "../tools/faulty-proxy.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedClient } from "../tools/seaweed-store.ts";
import { describeStore } from "./conformance.ts";
import { putTwiceReadListRemove } from "./every-operation.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
/** More than two parts. */
const big = () => new Uint8Array(randomBytes(17 * 2 ** 20));

describe.runIf(has("seaweed"))("an S3 bucket", () => {
  let seaweed: Seaweed;
  let proxy: FaultyProxy;
  let client: S3Client;
  /** Through the proxy; it waits for no answer longer than a moment. */
  let hasty: S3Client;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
    proxy = await startFaultyProxy(seaweed.endpoint);
    client = await seaweedClient(seaweed);
    hasty = await seaweedClient({ ...seaweed, endpoint: proxy.endpoint }, { requestHandler: { socketTimeout: 1000 } });
  });
  afterAll(async () => {
    await proxy?.stop();
    await seaweed?.stop();
  });

  let stores = 0;
  const newUrl = () => `s3://models/store-${stores++}`;
  const emptyStore = async () => createS3Store(newUrl(), { client });

  describeStore("an S3 bucket", emptyStore);

  it("keeps the content type that a browser will be told, of small and of big objects", async () => {
    const url = newUrl();
    const store = createS3Store(url, { client });
    await store.put("report.html", bytes("<p>"), { contentType: "text/html" });
    await store.put("big.html", big(), { contentType: "text/html" });
    for (const name of ["report.html", "big.html"]) {
      const head = new HeadObjectCommand({ Bucket: "models", Key: `${url.slice("s3://models/".length)}/${name}` });
      expect((await client.send(head)).ContentType).toBe("text/html");
    }
  });

  it("lists and removes more objects than S3 takes in one call", async () => {
    const store = await emptyStore();
    const keys = Array.from({ length: 1003 }, (_, i) => `many/${String(i).padStart(4, "0")}`);
    await Promise.all(keys.map((key) => store.put(key, new Uint8Array(1))));
    expect((await store.list("many/")).map(({ key }) => key)).toEqual(keys);
    await store.remove(keys);
    expect(await store.list("many/")).toEqual([]);
  });

  it("lists only what has a key of ours in a bucket that others write to as well", async () => {
    const url = newUrl();
    const folder = url.slice("s3://models/".length);
    await client.send(new PutObjectCommand({ Bucket: "models", Key: `${folder}/.hidden`, Body: "x" }));
    const store = createS3Store(url, { client });
    await store.put("ours", bytes("x"));
    expect((await store.list("")).map(({ key }) => key)).toEqual(["ours"]);
  });

  describe("writes a big object in parts", () => {
    it("whole, and under a condition as any other", async () => {
      const store = await emptyStore();
      const [first, second] = [big(), big()];
      const { etag } = await store.put("big", first, { only: "absent" });
      expect(Buffer.compare((await store.get("big"))!.bytes, first)).toBe(0);
      expect(await store.get("big", etag)).toBe("unchanged");
      await expect(store.put("big", second, { only: "absent" })).rejects.toBeInstanceOf(ConflictError);
      expect(await store.put("big", first, { only: "absent" })).toEqual({ etag });
      await store.put("big", second, { only: { etag } });
      await expect(store.put("big", first, { only: { etag } })).rejects.toBeInstanceOf(ConflictError);
      expect(Buffer.compare((await store.get("big"))!.bytes, second)).toBe(0);
      expect(await store.sweep?.(new Date(Date.now() + 60_000))).toBe(0);
    });

    it("and ends the upload when it is stopped", async () => {
      const stop = new AbortController();
      const url = newUrl();
      const store = createS3Store(url, { client: hasty, signal: stop.signal });
      proxy.spoil(2, "performs it and never answers", "from then on");
      const stopped = expect(store.put("big", big())).rejects.toThrow("that will do");
      await proxy.reached(4);
      void proxy.heal();
      stop.abort(new Error("that will do"));
      await stopped;
      const after = createS3Store(url, { client });
      expect(await after.get("big")).toBeUndefined();
      expect(await after.sweep?.(new Date(Date.now() + 60_000))).toBe(0);
    });
  });

  it("sweeps uploads that nobody completed, once they are old, and nobody else's", async () => {
    const [url, other] = [newUrl(), newUrl()];
    for (const each of [url, other]) {
      const Key = `${each.slice("s3://models/".length)}/big`;
      await client.send(new CreateMultipartUploadCommand({ Bucket: "models", Key }));
    }
    const store = createS3Store(url, { client });
    expect(await store.sweep?.(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.sweep?.(new Date(Date.now() + 60_000))).toBe(1);
    expect(await store.sweep?.(new Date(Date.now() + 60_000))).toBe(0);
  });

  it.each([
    "drops the request",
    "performs it and drops the answer",
    "performs it and breaks off in the answer",
  ] as const)("does everything although the network once %s", async (fault) => {
    for (let at = 0, reached = true; reached; at++) {
      const store = createS3Store(newUrl(), { client: hasty });
      proxy.spoil(at, fault, "once");
      await putTwiceReadListRemove(store);
      reached = proxy.requests() > at;
      await proxy.heal();
      expect(await store.list("")).toEqual([]);
    }
  });
});
