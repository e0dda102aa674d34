import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readFallback } from "../../functions/edge/fallback-url.ts";
import { createPassOn, type PassOn } from "../../functions/edge/pass-on.ts";
import { callerOf } from "../../functions/edge/rate.ts";

const unfit = {
  version: "20260101T000000Z-000000000000",
  reason: "needs about 300 MB and 3 ms of a Worker, too much",
  fix: "train it on a smaller backbone",
};

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server that a fallback URL may name, with what it was asked. */
const serve = async (listener: RequestListener) => {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
};

const passOnTo = (fallback: URL | undefined, patience?: number): PassOn =>
  createPassOn({ findUnfit: async () => unfit, fallback, ...(patience !== undefined && { patience }) });

const photo = (headers: Record<string, string> = {}) =>
  new Request("https://edge.example/classify?top=3&model=big", {
    method: "POST",
    headers: { "content-type": "image/jpeg", ...headers },
    body: new Uint8Array([1, 2, 3]),
  });

describe("a request for a model that does not fit", () => {
  it("stays here when the model does fit", async () => {
    const passOn = createPassOn({ findUnfit: async () => undefined, fallback: undefined });
    expect(await passOn(photo(), "small", "id-1")).toBeUndefined();
  });

  it("goes on with its path, query, type and body, and without token, cookies and address", async () => {
    let body: unknown;
    const { asked, url } = await serve((request, response) => {
      request.on("data", (chunk: Buffer) => {
        body = [...chunk];
      });
      request.on("end", () => response.setHeader("content-type", "application/json").end('{"model":"big"}'));
    });
    const secrets = {
      authorization: "Bearer secret",
      cookie: "a=b",
      "cf-connecting-ip": "192.0.2.1",
      "x-api-key": "k",
    };
    const answer = await passOnTo(new URL("/under/", url))(photo(secrets), "big", "id-1");
    expect(await answer!.json()).toEqual({ model: "big" });
    expect(answer!.headers.get("whippet-answered-by")).toBe(url.host);
    expect(asked[0]).toMatchObject({ method: "POST", url: "/under/classify?top=3&model=big" });
    expect(asked[0]!.headers).toMatchObject({
      "content-type": "image/jpeg",
      "whippet-passed-on": "edge.example",
      "x-request-id": "id-1",
    });
    for (const secret of Object.keys(secrets)) expect(asked[0]!.headers).not.toHaveProperty(secret);
    expect(body).toEqual([1, 2, 3]);
  });

  it("carries the token that the two share, by which the fallback knows this Worker", async () => {
    const { asked, url } = await serve((_, response) =>
      response.setHeader("content-type", "application/json").end('{"model":"big"}'),
    );
    const passOn = createPassOn({ findUnfit: async () => unfit, fallback: url, token: "0123456789abcdef" });
    await passOn(photo({ authorization: "Bearer the-caller's" }), "big", "id-1");
    expect(asked[0]!.headers.authorization).toBe("Bearer 0123456789abcdef");
  });

  it("names the owner's omission where the fallback asks for a key, since the caller has shown its own here", async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(401, { "content-type": "application/problem+json" }).end('{"detail":"ask for a key"}'),
    );
    const answer = (await passOnTo(url)(photo(), "big", "id-1"))!;
    expect(answer.status).toBe(502);
    expect(answer.headers.get("whippet-answered-by")).toBe(url.host);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringMatching(
        /answers to keys alone and does not know this Worker; .* the same WHIPPET_FALLBACK_TOKEN/,
      ),
    });
  });

  it("gets the fallback's problem as it is", async () => {
    const problem = { title: "Not ready", status: 503, detail: "too busy" };
    const { url } = await serve((_, response) =>
      response
        .writeHead(503, { "content-type": "application/problem+json", "retry-after": "7" })
        .end(JSON.stringify(problem)),
    );
    const answer = (await passOnTo(url)(photo(), "big", "id-1"))!;
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(await answer.json()).toEqual(problem);
  });

  it.each([
    [200, "text/html", 502],
    [403, "application/json", 502],
    [302, "text/plain", 502],
    [413, "application/json", 413],
  ])("turns a %d with %s, which is no answer of Whippet's, into a problem", async (status, type, expected) => {
    const { url } = await serve((_, response) =>
      response.writeHead(status, { "content-type": type, location: "https://elsewhere.example" }).end("{}"),
    );
    const answer = (await passOnTo(url)(photo(), "big", "id-1"))!;
    expect(answer.status).toBe(expected);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining(`${url.host}, which runs this model`),
    });
  });

  it("is not passed on twice, nor to where it came from", async () => {
    const { asked, url } = await serve((_, response) => response.end());
    await expect(passOnTo(url)(photo({ "whippet-passed-on": "other.example" }), "big", "id-1")).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining("was passed on already"),
    });
    await expect(passOnTo(new URL("https://edge.example/"))(photo(), "big", "id-1")).rejects.toMatchObject({
      status: 502,
    });
    expect(asked).toEqual([]);
  });

  it("says what is missing without a fallback", async () => {
    await expect(passOnTo(undefined)(photo(), "big", "id-1")).rejects.toMatchObject({
      status: 503,
      message: expect.stringMatching(/needs about 300 MB.*set WHIPPET_FALLBACK_URL/),
    });
  });

  it("does not wait for ever, and says when nobody is there", async () => {
    const { url } = await serve(() => {});
    await expect(passOnTo(url, 50)(photo(), "big", "id-1")).rejects.toMatchObject({ status: 504, retryAfter: 5 });
    const gone = new URL("http://127.0.0.1:1/");
    await expect(passOnTo(gone)(photo(), "big", "id-1")).rejects.toMatchObject({ status: 502, retryAfter: 5 });
  });
});

describe("WHIPPET_FALLBACK_URL", () => {
  it.each([
    ["https://a.example", "https://a.example/"],
    ["https://a.example/base", "https://a.example/base/"],
    ["https://a.example/classify", "https://a.example/"],
  ])("takes %s as %s", (value, expected) => expect(readFallback(value)?.href).toBe(expected));

  it("may be missing or empty", () => {
    expect(readFallback(undefined)).toBeUndefined();
    expect(readFallback("")).toBeUndefined();
  });

  it.each(["a.example", "ftp://a.example", "https://user:secret@a.example", "https://a.example/?x=1"])(
    "refuses %s with the fix",
    (value) => expect(() => readFallback(value)).toThrow(/WHIPPET_FALLBACK_URL is .*; it must be a server's address/),
  );
});

describe("the caller that a rate is counted for", () => {
  const of = (address: string) =>
    callerOf(new Request("https://edge.example", { headers: { "cf-connecting-ip": address } }));

  it("is an IPv4 address, or a whole /64 of IPv6", () => {
    expect(of("192.0.2.7")).toBe("192.0.2.7");
    expect(of("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
    expect(of("2001:0DB8:1:2::9")).toBe("2001:db8:1:2");
    expect(of("2001:db8::1")).toBe("2001:db8:0:0");
    expect(of("::1")).toBe("0:0:0:0");
  });
});
