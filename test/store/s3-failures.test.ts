/** What people read when a bucket cannot be used: one line that names the store, what is wrong and what to do. */
import { CreateBucketCommand, type S3ClientConfig } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explain } from "../../shared/failure.ts";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import type { Store } from "../../shared/store/store.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedClient } from "../tools/seaweed-store.ts";
import { startTarpit } from "../tools/tarpit.ts";

const credentials = { accessKeyId: "any", secretAccessKey: "any" };

const operations: Record<string, (store: Store) => Promise<unknown>> = {
  get: (store) => store.get("models/a"),
  put: (store) => store.put("models/a", new Uint8Array(1)),
  "put only where nothing is": (store) => store.put("models/a", new Uint8Array(1), { only: "absent" }),
  "put of a big object": (store) => store.put("models/a", new Uint8Array(16 * 2 ** 20)),
  list: (store) => store.list("models/"),
  remove: (store) => store.remove(["models/a"]),
  sweep: (store) => store.sweep!(new Date()),
};

/** What the terminal would show. */
const lineOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error("it worked"),
    (error: unknown) => error,
  );
  const line = explain(error);
  expect(line.split("\n")).toHaveLength(1);
  return line;
};

/** A server's refusal, without the server. */
const refusedWith = async (status: number, code: string, settings: S3ClientConfig = {}) => {
  const { endpoint, stop } = await startTarpit({ status, code, message: `the server says ${code}` });
  const client = await createS3Client({ endpoint, region: "any" }, { credentials, ...settings });
  return { store: createS3Store("s3://bucket", { client }), stop };
};

describe.runIf(has("seaweed"))("a real server", () => {
  const reader = { accessKeyId: "reader", secretAccessKey: "reads", actions: ["Read:models"] };
  let seaweed: Seaweed;
  beforeAll(async () => {
    seaweed = await startSeaweed({ guests: [reader] });
    await seaweed.createBucket("models");
  });
  afterAll(() => seaweed?.stop());

  const storeFor = async (who: Partial<Seaweed>, url = "s3://models/x") =>
    createS3Store(url, { client: await seaweedClient({ ...seaweed, ...who }) });

  it.each(Object.entries(operations))("says that the secret is wrong: %s", async (_, work) => {
    expect(await lineOf(work(await storeFor({ secretAccessKey: "wrong" })))).toMatch(
      /^s3:\/\/models\/x: the credentials are wrong: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose another AWS_PROFILE \(SignatureDoesNotMatch: /,
    );
  });

  it.each(Object.entries(operations))("says that nobody has such a key: %s", async (_, work) => {
    expect(await lineOf(work(await storeFor({ accessKeyId: "nobody" })))).toContain("the credentials are wrong");
  });

  it.each(Object.entries(operations))("says that there is no such bucket: %s", async (_, work) => {
    expect(await lineOf(work(await storeFor({}, "s3://nothing-here")))).toMatch(
      /^s3:\/\/nothing-here: there is no bucket nothing-here at .*: create it, or correct the name \(NoSuchBucket: /,
    );
  });

  it("says what the credentials may not do, and the permission that they lack", async () => {
    const store = await storeFor(reader);
    await (await storeFor({})).put("models/a", new Uint8Array(1));
    expect(await lineOf(operations.put!(store))).toContain("may not write x/models/a: allow them s3:PutObject");
    expect(await lineOf(operations.list!(store))).toContain("may not list x/models/: allow them s3:ListBucket");
    expect(await lineOf(operations.remove!(store))).toContain(
      "1 of 1 objects could not be removed, such as x/models/a: allow the credentials s3:DeleteObject",
    );
    expect((await (await storeFor({})).list("")).map(({ key }) => key)).toEqual(["models/a"]);
  });

  it("makes no bucket by itself", async () => {
    await lineOf(operations.put!(await storeFor({}, "s3://never-made")));
    const client = await seaweedClient(seaweed);
    await client.send(new CreateBucketCommand({ Bucket: "never-made" }));
  });
});

describe("a server that refuses", () => {
  it.each([
    [
      403,
      "AccessDenied",
      "may not read models/a: allow them s3:GetObject; or there is no such object, which S3 says only to those who may list the bucket (s3:ListBucket)",
    ],
    [400, "ExpiredToken", "the credentials have expired: sign in again"],
    [403, "RequestTimeTooSkewed", "this machine's clock is wrong: set it"],
    [301, "PermanentRedirect", "the bucket lies in another region: name it by ?region=REGION"],
    [418, "Teapot", "s3://bucket: cannot read models/a (Teapot: the server says Teapot)"],
  ])("with %i %s is explained", async (status, code, expected) => {
    const { store, stop } = await refusedWith(status, code, { followRegionRedirects: false });
    expect(await lineOf(store.get("models/a"))).toContain(expected);
    await stop();
  });

  it("with 503 is asked five times, then said to have failed", async () => {
    const { store, stop } = await refusedWith(503, "SlowDown");
    expect(await lineOf(store.get("models/a"))).toContain("failed 5 times to read models/a: try again later (SlowDown");
    await stop();
  });
});

describe("a server that is not there", () => {
  it.each([
    ["nobody listens", "http://127.0.0.1:9", "ECONNREFUSED"],
    ["nothing has that name", "http://no-such-host.invalid", "ENOTFOUND"],
  ])("since %s is named", async (_, endpoint, code) => {
    const client = await createS3Client({ endpoint }, { credentials, maxAttempts: 1 });
    const url = `s3://bucket?endpoint=${endpoint}`;
    const line = await lineOf(createS3Store(url, { client }).list(""));
    expect(line.startsWith(`${url}: ${endpoint} cannot be reached: check the endpoint, the network`)).toBe(true);
    expect(line).toContain(code);
  });

  it("since it never answers is given up", async () => {
    const { endpoint, stop } = await startTarpit();
    const client = await createS3Client(
      { endpoint },
      { credentials, maxAttempts: 1, requestHandler: { socketTimeout: 100 } },
    );
    const line = await lineOf(createS3Store(`s3://bucket?endpoint=${endpoint}`, { client }).list(""));
    expect(line).toContain(`${endpoint} does not answer: check the network, or try again later`);
    await stop();
  });

  it("since the caller stopped is no failure", async () => {
    const { endpoint, stop } = await startTarpit();
    const stopping = new AbortController();
    const client = await createS3Client({ endpoint }, { credentials });
    const got = createS3Store("s3://bucket", { client, signal: stopping.signal }).get("a");
    stopping.abort(new DOMException("stopped", "AbortError"));
    await expect(got).rejects.toBe(stopping.signal.reason);
    await stop();
  });
});
