import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { neighbourhood } from "../../functions/http/address.ts";
import { createNodeRate, readNodeRate } from "../../functions/http/node-rate.ts";
import { answerProblems } from "../../functions/http/problems.ts";
import { limitRate } from "../../functions/http/rate.ts";
import type { Variables } from "../../functions/http/requests.ts";

const limited = (environment: Record<string, string>) => {
  const time = { now: 1_800_000_000_000 };
  const app = new Hono<{ Variables: Variables }>();
  app.use(limitRate(createNodeRate(readNodeRate(environment)!, { now: () => time.now, measures: true })));
  app.all("*", (c) => c.text("done"));
  answerProblems(app, () => {});
  const ask = async (remoteAddress: string, headers: Record<string, string> = {}, method = "POST", path = "/") => {
    const env = { incoming: { socket: { remoteAddress, remotePort: 1, remoteFamily: "IPv4" } } };
    return (await app.request(path, { method, headers }, env)).status;
  };
  return { ask, time, app };
};

describe("the rate limit on Node", () => {
  it("lets each address ask so many times a minute, and again as time goes by", async () => {
    const { ask, time } = limited({ WHIPPET_RATE: "3" });
    const asked = async (count: number, address = "192.0.2.1") =>
      Promise.all(Array.from({ length: count }, () => ask(address)));
    expect(await asked(4)).toEqual([200, 200, 200, 429]);
    expect(await asked(1, "192.0.2.2")).toEqual([200]);
    time.now += 19_000;
    expect(await asked(1)).toEqual([429]);
    time.now += 1_000;
    expect(await asked(2)).toEqual([200, 429]);
  });

  it("lets each address read ten times as often, counted by itself, and says when it may again", async () => {
    const { ask, time, app } = limited({ WHIPPET_RATE: "1" });
    const read = async (method: string) => {
      const statuses: number[] = [];
      for (let i = 0; i < 11; i++) statuses.push(await ask("192.0.2.1", {}, method));
      return statuses;
    };
    expect(await read("GET")).toEqual([...Array(10).fill(200), 429]);
    expect([await ask("192.0.2.1"), await ask("192.0.2.1"), await ask("192.0.2.2", {}, "GET")]).toEqual([
      200, 429, 200,
    ]);
    time.now += 6_000;
    expect([await ask("192.0.2.1", {}, "HEAD"), await ask("192.0.2.1", {}, "HEAD")]).toEqual([200, 429]);
    const env = { incoming: { socket: { remoteAddress: "192.0.2.1", remotePort: 1, remoteFamily: "IPv4" } } };
    expect((await app.request("/", {}, env)).headers.get("retry-after")).toBe("6");
  });

  it("counts nobody who looks whether a server is alive, and no preflight", async () => {
    const { ask } = limited({ WHIPPET_RATE: "1" });
    for (let i = 0; i < 30; i++)
      for (const [method, path] of [
        ["GET", "/healthz"],
        ["GET", "/readyz"],
        ["GET", "/metrics"],
        ["OPTIONS", "/"],
      ] as const)
        expect(await ask("192.0.2.1", {}, method, path)).toBe(200);
  });

  it("believes a header about who asks only where the owner names it, and of it only the proxy's own word", async () => {
    const forged = { "x-forwarded-for": "198.51.100.1, 192.0.2.9" };
    const other = { "x-forwarded-for": "198.51.100.2, 192.0.2.9" };
    const open = limited({ WHIPPET_RATE: "1" });
    expect([
      await open.ask("192.0.2.1", forged),
      await open.ask("192.0.2.1", { "x-forwarded-for": "192.0.2.8" }),
    ]).toEqual([200, 429]);
    const behind = limited({ WHIPPET_RATE: "1", WHIPPET_TRUST_PROXY: "X-Forwarded-For" });
    expect([await behind.ask("192.0.2.1", forged), await behind.ask("192.0.2.1", other)]).toEqual([200, 429]);
    expect(await behind.ask("192.0.2.1", { "x-forwarded-for": "192.0.2.8" })).toBe(200);
  });

  it("is off unless it is asked for, and says what it may be", () => {
    expect(readNodeRate({})).toBeUndefined();
    expect(readNodeRate({ WHIPPET_RATE: "" })).toBeUndefined();
    for (const WHIPPET_RATE of ["0", "many", "1.5"])
      expect(() => readNodeRate({ WHIPPET_RATE })).toThrow(`WHIPPET_RATE is "${WHIPPET_RATE}"; it must be how many`);
    expect(() => readNodeRate({ WHIPPET_TRUST_PROXY: "yes please" })).toThrow("it must be the header");
  });

  it("counts an IPv4 address that came by IPv6 as itself", () => {
    expect(neighbourhood("::ffff:192.0.2.1")).toBe("192.0.2.1");
  });
});
