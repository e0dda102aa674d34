import { describe, expect, it } from "vitest";
import { createAllowance } from "../../../functions/lambda/allowance.ts";
import { createHandler } from "../../../functions/lambda/handler.ts";
import { nameInvocation } from "../../../functions/lambda/invocation.ts";
import { RESULT_BYTES } from "../../../functions/lambda/result.ts";
import type { LogEntry } from "../../../functions/log.ts";
import { systemClock } from "../../../shared/classifier/clock.ts";
import { Problem } from "../../../shared/problem.ts";
import { tryOut } from "../../../shared/registry.ts";
import { draw } from "../../drawing.ts";
import { publishFake } from "../publishing.ts";
import { post, serve } from "../serving.ts";
import { eventOf } from "./events.ts";

const invoke = async (
  answer: (request: Request) => Response | Promise<Response>,
  { path = "/", milliseconds = 10_000 } = {},
) => {
  const logged: LogEntry[] = [];
  const handler = createHandler(answer, (entry) => void logged.push(entry), createAllowance(systemClock));
  const result = await handler(eventOf(path), { awsRequestId: "the-id", getRemainingTimeInMillis: () => milliseconds });
  return { result, logged };
};

describe("the handler's answer", () => {
  it.each(["application/json", "text/html; charset=utf-8", "application/problem+json", "image/svg+xml"])(
    "of %s is text",
    async (type) => {
      const { result } = await invoke(() => new Response("é", { headers: { "content-type": type } }));
      expect(result).toMatchObject({ statusCode: 200, body: "é", isBase64Encoded: false });
    },
  );

  it.each([
    ["a photo", { "content-type": "image/jpeg" }],
    ["bytes", { "content-type": "application/octet-stream" }],
    ["compressed text", { "content-type": "text/html", "content-encoding": "br" }],
  ])("of %s is in base64, to the byte", async (_, headers) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { result } = await invoke(() => new Response(bytes, { headers }));
    expect(result.isBase64Encoded).toBe(true);
    expect(new Uint8Array(Buffer.from(result.body, "base64"))).toEqual(bytes);
  });

  it("may have no body", async () => {
    const { result } = await invoke(() => new Response(null, { status: 304, headers: { etag: '"x"' } }));
    expect(result).toEqual({ statusCode: 304, headers: { etag: '"x"' }, body: "", isBase64Encoded: false });
  });

  it("joins headers that it has several times, as a function URL has them", async () => {
    const headers = new Headers([
      ["vary", "accept"],
      ["vary", "origin"],
    ]);
    const { result } = await invoke(() => new Response("", { headers }));
    expect(result.headers).toMatchObject({ vary: "accept, origin" });
  });

  it("sets each cookie by itself", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT"],
      ["set-cookie", "b=2"],
      ["x-a", "1"],
    ]);
    const { result } = await invoke(() => new Response("", { headers }));
    expect(result.cookies).toEqual(["a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"]);
    expect(result.headers).not.toHaveProperty("set-cookie");
  });

  it.each([
    ["text", "text/plain", RESULT_BYTES],
    ["JSON, whose quotes are escaped once more", "application/json", RESULT_BYTES / 2],
    ["bytes", "image/png", (RESULT_BYTES * 3) / 4],
  ])("is 413 for more %s than Lambda carries", async (_, type, bytes) => {
    const { result } = await invoke(() => new Response('"'.repeat(bytes), { headers: { "content-type": type } }));
    expect(result.statusCode).toBe(413);
    expect(result.body).toContain("send fewer photos at once");
  });
});

describe("a request's id on Lambda", () => {
  const jpeg = draw("stars", 2).jpeg().toBuffer();
  const serving = async () => {
    const server = await serve();
    await publishFake(server.store, { logits: [1, 2] });
    await tryOut(server.store, "letters", await publishFake(server.store, { logits: [2, 1], promote: false }), 0.5);
    const handler = createHandler(server.app.fetch, () => {}, createAllowance(systemClock));
    const body = (await jpeg).toString("base64");
    const onLambda = async (id: string) => {
      const event = eventOf("/classify", {
        method: "POST",
        headers: { "x-request-id": id },
        body,
        isBase64Encoded: true,
      });
      const { headers } = await handler(event, {
        awsRequestId: `lambda-${id}`,
        getRemainingTimeInMillis: () => 10_000,
      });
      expect(headers["x-request-id"]).toBe(id);
      return headers["whippet-version"];
    };
    const elsewhere = async (id: string) =>
      (await server.app.request("/classify", post(new Uint8Array(await jpeg), { "x-request-id": id }))).headers.get(
        "whippet-version",
      );
    return { onLambda, elsewhere };
  };

  it("meets the version that it meets on every other server", async () => {
    const { onLambda, elsewhere } = await serving();
    const ids = Array.from({ length: 20 }, (_, i) => `client-${i}`);
    const versions = [];
    for (const id of ids) versions.push(await onLambda(id));
    expect(new Set(versions).size).toBe(2);
    for (const [i, id] of ids.entries()) expect(await elsewhere(id)).toBe(versions[i]);
  });

  it("stands in the log beside Lambda's own", async () => {
    const logged: LogEntry[] = [];
    const log = nameInvocation((entry) => void logged.push(entry));
    const handler = createHandler(
      async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        log({ level: "info", event: "request", requestId: request.headers.get("x-request-id") });
        return new Response();
      },
      log,
      createAllowance(systemClock),
    );
    const event = eventOf("/", { headers: { "x-request-id": "mine" } });
    const invoked = (awsRequestId: string) => handler(event, { awsRequestId, getRemainingTimeInMillis: () => 10_000 });
    await Promise.all([invoked("lambda-1"), invoked("lambda-2")]);
    log({ level: "info", event: "model loaded" });
    expect(logged).toEqual([
      { level: "info", event: "request", requestId: "mine", lambdaRequestId: "lambda-1" },
      { level: "info", event: "request", requestId: "mine", lambdaRequestId: "lambda-2" },
      { level: "info", event: "model loaded" },
    ]);
  });
});

describe("the handler", () => {
  it("answers 503 before the invocation's time is over, aborts the request and says so in the log", async () => {
    const never = new Promise<Response>(() => {});
    let signal: AbortSignal | undefined;
    const { result, logged } = await invoke(
      (request) => {
        signal = request.signal;
        return never;
      },
      { milliseconds: 520 },
    );
    expect(result).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
    expect(signal?.aborted).toBe(true);
    expect(logged).toEqual([{ level: "error", event: "deadline", requestId: "the-id" }]);
  });

  it("answers an event of which no request can be made", async () => {
    const handler = createHandler(
      () => new Response(),
      () => {},
      createAllowance(systemClock),
    );
    const invocation = { awsRequestId: "the-id", getRemainingTimeInMillis: () => 10_000 };
    expect(await handler(eventOf("/", { method: "TRACE" }), invocation)).toMatchObject({ statusCode: 400 });
  });

  it("fails the invocation for what the app cannot have foreseen", async () => {
    await expect(invoke(() => Promise.reject(new Error("out of order")))).rejects.toThrow("out of order");
    await expect(invoke(() => Promise.reject(new Problem(404, "gone")))).resolves.toMatchObject({
      result: { statusCode: 404 },
    });
  });
});
