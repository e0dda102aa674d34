import { describe, expect, it } from "vitest";
import { createAllowance } from "../../../functions/lambda/allowance.ts";
import { createHandler } from "../../../functions/lambda/handler.ts";
import { eventOf } from "./events.ts";

/** A function that answers everything with a thousand bytes, and may send 2,500 of them a minute. */
const started = () => {
  const clock = { at: 1_000_000, now: () => clock.at };
  const bytes = { headers: { "content-type": "application/octet-stream" } };
  const handler = createHandler(
    () => new Response(new Uint8Array(1_000), bytes),
    () => {},
    createAllowance(clock, 2_500),
  );
  const ask = (method: string) =>
    handler(eventOf("/", { method }), { awsRequestId: "id", getRemainingTimeInMillis: () => 10_000 });
  return { clock, ask };
};

describe("what one instance sends", () => {
  it("is answered 429 beyond its allowance, until the minute is over", async () => {
    const { clock, ask } = started();
    for (let i = 0; i < 3; i++) expect((await ask("GET")).statusCode).toBe(200);
    clock.at += 20_000;
    const refused = await ask("GET");
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["retry-after"]).toBe("40");
    expect(JSON.parse(refused.body)).toMatchObject({ detail: expect.stringContaining("try again in 40 s") });
    clock.at += 40_000;
    expect((await ask("GET")).statusCode).toBe(200);
  });

  it("never keeps it from classifying", async () => {
    const { ask } = started();
    for (let i = 0; i < 5; i++) expect((await ask("POST")).statusCode).toBe(200);
    expect((await ask("GET")).statusCode).toBe(429);
  });
});
