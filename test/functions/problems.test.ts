import { describe, expect, it } from "vitest";
import { createMetrics } from "../../functions/metrics/metrics.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const { app, store, logged } = await serve();
await publishFake(store, { logits: [1, 2] });
const jpeg = new Uint8Array(await draw("stars", 2, 640, 480).jpeg().toBuffer());
const text = (value: string) => new TextEncoder().encode(value);

/** A PNG that claims 50000 x 50000 pixels: its header chunk, and nothing more. */
const pngBomb = (() => {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, 50_000);
  new DataView(bytes.buffer).setUint32(20, 50_000);
  bytes.set([8, 2, 0, 0, 0], 24);
  return bytes;
})();

/** A JPEG whose frame header says it is `width` x `height`. */
const lyingJpeg = (width: number, height: number) => {
  const bytes = jpeg.slice();
  const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  new DataView(bytes.buffer).setUint16(frame + 5, height);
  new DataView(bytes.buffer).setUint16(frame + 7, width);
  return bytes;
};

/** A multipart form without the field photo. */
const noPhoto = () => {
  const form = new FormData();
  form.append("picture", new File([jpeg], "dog.jpg"));
  return form;
};

describe("a request that cannot be answered", () => {
  it.each<[string, number, string, BodyInit]>([
    ["a text file", 400, "not an image", text("hello")],
    ["an empty body", 400, "empty", new Uint8Array()],
    ["a truncated JPEG", 400, "JPEG", jpeg.slice(0, jpeg.length / 2)],
    ["a JPEG header alone", 400, "JPEG", jpeg.slice(0, 30)],
    ["a PNG header of 50000 x 50000", 422, "50000 x 50000", pngBomb],
    ["a JPEG whose header claims 65000 x 65000", 422, "65000 x 65000", lyingJpeg(65_000, 65_000)],
    ["a JPEG whose header claims more than there is", 400, "JPEG", lyingJpeg(2000, 2000)],
    ["a GIF", 415, "GIF", text("GIF89a\x01\x00\x01\x00")],
    ["a HEIC", 415, "HEIC", text("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
    ["a form without a photo", 400, "picture", noPhoto()],
  ])("%s gets %i and hears of %s; the next request is answered", async (_, status, named, body) => {
    const response = await app.request("/classify", post(body));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(problem)).toEqual(["title", "status", "detail"]);
    expect(problem.status).toBe(status);
    expect(problem.detail).toContain(named);
    expect((await app.request("/classify", post(jpeg))).status).toBe(200);
  });

  it("gets 400 for a multipart body that is none", async () => {
    const response = await app.request("/classify", post("x", { "content-type": "multipart/form-data; boundary=b" }));
    expect(response.status).toBe(400);
  });

  it("gets 413 by its Content-Length, before any byte is read", async () => {
    let read = false;
    const body = new ReadableStream(
      {
        pull(controller) {
          read = true;
          controller.error(new Error("read"));
        },
      },
      { highWaterMark: 0 },
    );
    const init = { ...post(body, { "content-length": "30000000" }), duplex: "half" };
    expect((await app.request("/classify", init)).status).toBe(413);
    expect(read).toBe(false);
  });

  it("gets 413 without a Content-Length as soon as too much has come, and no more is read", async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1_000_000;
        controller.enqueue(new Uint8Array(1_000_000));
      },
    });
    expect((await app.request("/classify", { ...post(body), duplex: "half" } as RequestInit)).status).toBe(413);
    expect(sent).toBeLessThan(23_000_000);
  });

  it("gets 500 for what nobody foresaw, without its words; the log has the stack and the id", async () => {
    const broken = await serve();
    Object.assign(broken.models, { use: () => Promise.reject(new Error("secret")) });
    const response = await broken.app.request("/classify", post(jpeg, { "x-request-id": "id-1" }));
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(body).toContain("id-1");
    expect(body).not.toContain("secret");
    expect(broken.logged).toContainEqual(
      expect.objectContaining({
        event: "failure",
        requestId: "id-1",
        error: expect.stringMatching(/secret[\s\S]+at /),
      }),
    );
  });

  it("gets 405 with the methods that are allowed", async () => {
    const [classify, models] = await Promise.all([
      app.request("/classify"),
      app.request("/models/letters", { method: "PUT" }),
    ]);
    expect([classify.status, classify.headers.get("allow")]).toEqual([405, "POST"]);
    expect([models.status, models.headers.get("allow")]).toEqual([405, "POST, GET, HEAD"]);
  });

  it("gets 405 where the owner's token would be asked of other methods", async () => {
    const { app: owned } = await serve({}, { token: "the owner's" }, undefined, { metrics: createMetrics() });
    expect((await owned.request("/metrics", { method: "POST" })).status).toBe(405);
    expect((await owned.request("/metrics")).status).toBe(401);
  });

  it("hears by OPTIONS which methods there are", async () => {
    const response = await app.request("/models/letters", { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([204, "POST, GET, HEAD, OPTIONS"]);
  });

  it("gets 404 where there is nothing", async () => {
    const response = await app.request("/nothing");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("gets 503 with the command that helps while nothing is published", async () => {
    const empty = await serve();
    const responses = await Promise.all([empty.app.request("/classify", post(jpeg)), empty.app.request("/readyz")]);
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("10");
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining("npx whippet train <photos>") });
    }
  });

  it("is in the log, whatever it got", () => {
    expect(logged.filter(({ event, status }) => event === "request" && Number(status) >= 400).length).toBeGreaterThan(
      10,
    );
  });
});

describe("a client that leaves", () => {
  it("costs no inference once it is known to be gone", async () => {
    const leaving = new AbortController();
    const busy = await serve();
    await publishFake(busy.store, { logits: [1, 2] });
    await busy.app.request("/readyz");
    const before = busy.engine.runs;
    leaving.abort();
    const response = await busy.app.request("/classify", { ...post(jpeg), signal: leaving.signal });
    expect(response.status).toBe(499);
    expect(busy.engine.runs).toBe(before);
  });
});

describe("a problem in a browser", () => {
  const navigation = { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };

  it.each([
    ["/nowhere/<b>x</b>", 404, "Not found"],
    ["/models/none", 404, "Not found"],
    ["/models/letters/report", 404, "Not found"],
    ["/classify", 405, "Method not allowed"],
  ])("%s is a page of status %i that says what is wrong and leads back", async (path, status, title) => {
    const response = await app.request(path, navigation);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`href="/"`);
    expect(page).not.toContain("<b>x");
  });

  it("keeps its headers, and is JSON for who likes that as well; caches are told that this depends on Accept", async () => {
    const page = await app.request("/classify", navigation);
    const json = await app.request("/classify");
    for (const response of [page, json]) {
      expect(response.headers.get("allow")).toBe("POST");
      expect(response.headers.get("vary")).toContain("accept");
      expect(response.headers.get("x-request-id")).not.toBeNull();
    }
    expect(json.headers.get("content-type")).toBe("application/problem+json");
    const head = await app.request("/nowhere", { ...navigation, method: "HEAD" });
    expect([head.status, await head.text(), head.headers.get("content-type")]).toEqual([
      404,
      "",
      "text/html; charset=utf-8",
    ]);
  });

  it("is a page for a form's answer too", async () => {
    const response = await app.request("/classify", { ...post(noPhoto()), ...navigation });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("picture");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });
});
