import { describe, expect, it } from "vitest";
import { type Origins, readOrigins } from "../../functions/http/cors.ts";
import { serve } from "./serving.ts";

const friend = "https://friend.example";
const ask = async (origins: Origins | undefined, origin: string, init: RequestInit = {}) => {
  const { app } = await serve({}, undefined, undefined, { origins });
  return app.request("/healthz", { ...init, headers: { origin, ...init.headers } });
};
const preflight: RequestInit = {
  method: "OPTIONS",
  headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
};
const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

describe("a page of another origin", () => {
  it("may read answers where the owner names it, and what the headers say", async () => {
    const response = await ask([friend], friend);
    expect(allowed(response)).toBe(friend);
    expect(response.headers.get("access-control-expose-headers")).toContain("x-request-id");
    expect(response.headers.get("vary")).toBe("origin");
  });

  it("is answered before it sends a photo", async () => {
    const response = await ask([friend], friend, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toBe("POST");
    expect(response.headers.get("access-control-allow-headers")).toBe("content-type");
    expect(allowed(response)).toBe(friend);
  });

  it("may not where it is not named, nor where nothing is said", async () => {
    for (const origins of [[friend], undefined]) {
      expect(allowed(await ask(origins, "https://stranger.example"))).toBeNull();
      expect(allowed(await ask(origins, "https://stranger.example", preflight))).toBeNull();
    }
  });

  it("may wherever it lies where the owner says *", async () => {
    expect(allowed(await ask("*", friend))).toBe("*");
  });
});

describe("WHIPPET_CORS", () => {
  it("names origins, separated by commas, or all of them, or none", () => {
    expect(readOrigins(`${friend}, http://localhost:3000`)).toEqual([friend, "http://localhost:3000"]);
    expect(readOrigins("*")).toBe("*");
    expect(readOrigins("")).toBeUndefined();
    expect(readOrigins(undefined)).toBeUndefined();
  });

  it.each(["friend.example", "https://friend.example/", "https://friend.example/page"])("refuses %s", (origin) => {
    expect(() => readOrigins(origin)).toThrow(`WHIPPET_CORS names "${origin}", which is no origin; write it as`);
  });
});
