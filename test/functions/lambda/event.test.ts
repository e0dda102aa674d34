import { describe, expect, it } from "vitest";
import { requestOf } from "../../../functions/lambda/event.ts";
import { eventOf } from "./events.ts";

const { signal } = new AbortController();
const read = (event: unknown) => requestOf(event, "the-id", signal);

describe("a function URL's event", () => {
  it("becomes a request with its URL, method, headers and cookies", () => {
    const event = eventOf("/models/dogs?top=3&x=%C3%A9", {
      method: "DELETE",
      headers: { accept: "text/html", "x-name": "caf\u00e9 \u{1f415}" },
      cookies: ["a=1", "b=2"],
    });
    const request = read(event);
    expect([request.method, request.url]).toEqual([
      "DELETE",
      "https://x.lambda-url.eu-central-1.on.aws/models/dogs?top=3&x=%C3%A9",
    ]);
    expect(Object.fromEntries(request.headers)).toMatchObject({
      accept: "text/html",
      cookie: "a=1; b=2",
      "x-request-id": "the-id",
      "x-name": "caf%C3%A9%20%F0%9F%90%95",
    });
  });

  it("keeps the id that a client gave it, where it is one, and else takes Lambda's", () => {
    const idOf = (id: string) =>
      read(eventOf("/classify", { headers: { "x-request-id": id } })).headers.get("x-request-id");
    expect(["mine_1-2=3", "x".repeat(255)].map(idOf)).toEqual(["mine_1-2=3", "x".repeat(255)]);
    for (const id of ["", "two words", "\u{1f415}", "x".repeat(256)]) expect(idOf(id)).toBe("the-id");
  });

  it("hands over every byte of a body in base64, and its true length", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const body = Buffer.from(bytes).toString("base64");
    const headers = { "content-length": "7" };
    const request = read(eventOf("/classify", { method: "POST", body, isBase64Encoded: true, headers }));
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(bytes);
    expect(request.headers.get("content-length")).toBe("256");
  });

  it("hands over a body of text in UTF-8", async () => {
    const headers = { "content-type": "application/json" };
    const request = read(eventOf("/uploads", { method: "POST", body: '{"name":"é\uFFFD"}', headers }));
    expect(await request.json()).toEqual({ name: "é\uFFFD" });
  });

  it("is refused when the platform has read a photo as text, and says how to send it", () => {
    const event = eventOf("/classify", {
      method: "POST",
      body: "\uFFFD\uFFFD\uFFFD\uFFFD\u0000\u0010JFIF",
      headers: { "content-type": "text/plain" },
    });
    expect(() => read(event)).toThrow("send it as application/octet-stream or image/jpeg");
  });

  it.each(["", "?", "?top=3&top=4&model=a%2Fb+c&flag", "?a=%zz&b=&c==%26"])(
    "keeps its query %j as it came",
    (query) => {
      const { search } = new URL(read(eventOf(`/classify${query}`)).url);
      expect(search).toBe(query === "?" ? "" : query);
    },
  );

  it("keeps headers that came several times, joined by the platform, and a body of no bytes", async () => {
    const headers = { "x-forwarded-for": "192.0.2.1,198.51.100.7", accept: "text/html,application/json;q=0.9" };
    const request = read(eventOf("/classify", { method: "POST", body: "", isBase64Encoded: true, headers }));
    expect(Object.fromEntries(request.headers)).toMatchObject({ ...headers, "content-length": "0" });
    expect((await request.arrayBuffer()).byteLength).toBe(0);
  });

  it("of HEAD has neither body nor length", () => {
    const request = read(eventOf("/models/dogs", { method: "HEAD" }));
    expect([request.method, request.body, request.headers.get("content-length")]).toEqual(["HEAD", null, null]);
  });

  it("may have a body with GET, which is not read", () => {
    expect(read(eventOf("/models", { body: "aGk=", isBase64Encoded: true })).body).toBeNull();
  });

  it("is refused with 400 when no request can be made of it", () => {
    expect(() => read(eventOf("/", { method: "TRACE" }))).toThrow(expect.objectContaining({ status: 400 }));
  });

  it("of another service is an error that names the fix", () => {
    expect(() => read({ Records: [] })).toThrow("invoke the function by its URL");
  });
});
