/** Uploads through a real S3 server: asked for, put by the presigned URL, classified, gone. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Owner } from "../../functions/owner/owner.ts";
import { createS3Uploads } from "../../functions/uploads/s3.ts";
import type { Ticket, Uploads } from "../../functions/uploads/uploads.ts";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { publishFake } from "./publishing.ts";
import { post, serve, until } from "./serving.ts";

const nobody: Owner | undefined = undefined;

describe.runIf(has("seaweed"))("uploads", () => {
  let seaweed: Seaweed;
  let uploads: Uploads;
  let bucket: Store;
  let app: Awaited<ReturnType<typeof serve>>["app"];
  let logged: Awaited<ReturnType<typeof serve>>["logged"];
  const jpeg = draw("stars", 2).jpeg().toBuffer();

  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("photos");
    const { endpoint, region } = seaweed;
    uploads = createS3Uploads(`s3://photos/shop?endpoint=${endpoint}&region=${region}`, { credentials: seaweed });
    bucket = createS3Store("s3://photos", {
      client: await createS3Client({ endpoint, region }, { credentials: seaweed }),
    });
    const serving = await serve({}, nobody, uploads);
    ({ app, logged } = serving);
    await publishFake(serving.store, { logits: [1, 2] });
  });
  afterAll(() => seaweed?.stop());

  const ask = (request: object) => app.request("/uploads", post(JSON.stringify(request)));
  const ticketFor = async (request: object): Promise<Ticket> => (await (await ask(request)).json()) as Ticket;
  const put = ({ url, method, headers }: Ticket, body: Uint8Array, changed: Record<string, string> = {}) =>
    fetch(url, { method, headers: { ...headers, ...changed }, body: body as Uint8Array<ArrayBuffer> });
  const classify = (upload: string) =>
    app.request(`/classify?upload=${encodeURIComponent(upload)}`, { method: "POST" });
  const stored = async () => (await bucket.list("shop/")).map(({ key }) => key);

  it("take a photo by the URL they gave, classify it once and delete it", async () => {
    const photo = await jpeg;
    const response = await ask({ bytes: photo.length, type: "image/jpeg" });
    expect(response.status).toBe(201);
    const ticket = (await response.json()) as Ticket;
    expect(Date.parse(ticket.expires) - Date.now()).toBeLessThanOrEqual(300_000);
    expect((await put(ticket, photo)).status).toBe(200);
    expect(await stored()).toEqual([`shop/${ticket.upload}`]);
    expect(await (await classify(ticket.upload)).json()).toMatchObject({
      model: "letters",
      predictions: [{ label: "b" }, {}],
    });
    expect(await stored()).toEqual([]);
    expect((await classify(ticket.upload)).status).toBe(404);
  });

  it("give every photo a key of 256 random bits", async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(async () => (await ticketFor({ bytes: 10 })).upload));
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^uploads\/[\w-]{43}$/);
  });

  it("take one photo by one URL: sent again, it is refused, and what is there stays", async () => {
    const ticket = await ticketFor({ bytes: 10 });
    const [first, second] = [randomBytes(10), randomBytes(10)];
    expect((await put(ticket, first)).status).toBe(200);
    expect((await put(ticket, second)).status).toBe(412);
    expect((await bucket.get(`shop/${ticket.upload}`))?.bytes).toEqual(new Uint8Array(first));
    const { "if-none-match": _once, ...headers } = ticket.headers;
    expect((await put({ ...ticket, headers }, second)).status).toBe(403);
    await uploads.remove(ticket.upload);
  });

  it("keep the photo for a client that is to come back in a moment", async () => {
    const busy = await serve({ running: 1, waiting: 0 }, nobody, uploads);
    await publishFake(busy.store, { logits: [1, 2] });
    const photo = await jpeg;
    const ticket = await ticketFor({ bytes: photo.length });
    await put(ticket, photo);
    const classifyThere = () => busy.app.request(`/classify?upload=${ticket.upload}`, { method: "POST" });
    const release = busy.engine.holdRuns();
    const other = busy.app.request("/classify", post(new Uint8Array(photo)));
    await until(() => busy.engine.waiting === 1);
    const refused = await classifyThere();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    release();
    expect((await other).status).toBe(200);
    expect((await classifyThere()).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  it.each([
    ["of another length", 11, {}],
    ["of another type", 10, { "content-type": "text/html" }],
  ])("refuse a body %s than was signed", async (_, bytes, changed) => {
    const ticket = await ticketFor({ bytes: 10, type: "image/jpeg" });
    const { "content-length": _length, ...headers } = ticket.headers;
    const response = await put({ ...ticket, headers }, randomBytes(bytes), changed);
    expect(response.status).toBe(403);
    expect(await stored()).toEqual([]);
  });

  it("delete what is no photo as well", async () => {
    const ticket = await ticketFor({ bytes: 100 });
    await put(ticket, randomBytes(100));
    expect((await classify(ticket.upload)).status).toBe(400);
    expect(await stored()).toEqual([]);
  });

  it("delete unread what is larger than a photo may be, however it came there", async () => {
    const key = `uploads/${randomBytes(32).toString("base64url")}`;
    await bucket.put(`shop/${key}`, randomBytes(20_000_001));
    const response = await classify(key);
    expect([response.status, await stored()]).toEqual([413, []]);
  });

  it("answer 413 at once when a larger photo is announced", async () => {
    const response = await ask({ bytes: 20_000_001 });
    expect(response.status).toBe(413);
  });

  it.each([{}, { bytes: 0 }, { bytes: "7" }, { bytes: 7, type: "text/html" }])("answer 400 to %j", async (request) => {
    const response = await ask(request);
    expect(response.status).toBe(400);
  });

  it("answer 404 with the fix for an upload that is not there", async () => {
    const { upload } = await ticketFor({ bytes: 10 });
    const response = await classify(upload);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("POST /uploads") });
  });

  it.each(["photos/abc", "uploads/../photos/abc", "uploads/abc", "", "uploads/"])(
    "neither read nor delete %j, which is no upload's key",
    async (key) => {
      await bucket.put("shop/photos/abc", await jpeg);
      expect((await classify(key)).status).toBe(404);
      expect(await stored()).toEqual(["shop/photos/abc"]);
      await bucket.remove(["shop/photos/abc"]);
    },
  );

  it("answer the photo, and log it, when it could not be deleted", async () => {
    const failing = { ...uploads, remove: () => Promise.reject(new Error("no right to delete")) };
    const serving = await serve({}, nobody, failing);
    await publishFake(serving.store, { logits: [1, 2] });
    const photo = await jpeg;
    const ticket = await ticketFor({ bytes: photo.length });
    await put(ticket, photo);
    const response = await serving.app.request(`/classify?upload=${ticket.upload}`, { method: "POST" });
    expect(response.status).toBe(200);
    expect(serving.logged).toContainEqual(
      expect.objectContaining({ event: "upload not deleted", upload: ticket.upload }),
    );
    expect(logged).not.toContainEqual(expect.objectContaining({ event: "upload not deleted" }));
    await uploads.remove(ticket.upload);
  });
});

describe("a server without a photo bucket", () => {
  it("has no uploads", async () => {
    const { app } = await serve();
    expect((await app.request("/uploads", post('{"bytes":10}'))).status).toBe(404);
    const response = await app.request("/classify?upload=uploads/x", { method: "POST" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("send the photo itself") });
  });
});
