import { describe, expect, it } from "vitest";
import { createBudget, type Share } from "../../../functions/body/budget.ts";
import type { Problem } from "../../../shared/problem.ts";
import { draw } from "../../drawing.ts";
import { publishFake } from "../publishing.ts";
import { post, serve, until } from "../serving.ts";

const slow = { bytesPerSecond: 1000, milliseconds: 5000 };
const budgetOf = (bodies: number) => {
  const time = { now: 0 };
  const budget = createBudget({ bodies, slow }, { now: () => time.now });
  /** A body on its way, of which so much has come. */
  const begin = (bytes: number) => {
    const share = budget.open();
    const body: { share: Share; dropped: Problem | undefined } = { share, dropped: undefined };
    share.arriving((reason) => {
      body.dropped = reason;
    });
    share.take(bytes);
    return body;
  };
  return { time, budget, begin };
};

describe("the bytes of bodies", () => {
  it("are refused beyond what may be held, and free again when their request is done", () => {
    const { begin } = budgetOf(100);
    const first = begin(60);
    expect(() => begin(41)).toThrow(expect.objectContaining({ status: 503, retryAfter: 1 }));
    begin(40).share.close();
    first.share.close();
    begin(100);
  });

  it("that come too slowly make room for others, the largest first, and no more of them than must", () => {
    const { time, begin } = budgetOf(100);
    const stalled = [begin(20), begin(50), begin(25)];
    time.now += 5000;
    begin(40);
    expect(stalled.map(({ dropped }) => dropped?.status)).toEqual([undefined, 408, undefined]);
    expect(() => stalled[1]!.share.take(1)).toThrow(expect.objectContaining({ status: 408, retryAfter: 5 }));
    stalled[1]!.share.close();
    expect(() => begin(100)).toThrow(expect.objectContaining({ status: 503 }));
    begin(55);
  });

  it("are left alone while there is room, while they have just begun, while they come, and once they are whole", () => {
    const { time, budget, begin } = budgetOf(22_000);
    const whole = budget.open();
    const arrived = whole.arriving(() => expect.fail("a whole body was dropped"));
    whole.take(5000);
    arrived();
    const steady = begin(5000);
    time.now += 4000;
    steady.share.take(3500);
    time.now += 4000;
    steady.share.take(4000);
    const young = begin(4000);
    expect(() => begin(3000)).toThrow(expect.objectContaining({ status: 503 }));
    expect([steady.dropped, young.dropped]).toEqual([undefined, undefined]);
    // then nothing more comes of it: the two seconds since its last bytes say nothing yet
    time.now += 2000;
    expect(() => begin(3000)).toThrow();
    time.now += 3000;
    begin(3000);
    expect(steady.dropped?.status).toBe(408);
  });

  it("do not keep a good photo out when dozens of senders stop in the middle", async () => {
    const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
    const { app, store, time } = await serve({ bodies: 24 * 1000, slow });
    await publishFake(store, { logits: [1, 2] });
    let begun = 0;
    const stuck = Array.from({ length: 24 }, () => {
      const chunks = new ReadableStream({
        pull(controller) {
          begun++;
          controller.enqueue(new Uint8Array(1000));
          return new Promise(() => {});
        },
      });
      return app.request("/classify", { ...post(chunks), duplex: "half" } as RequestInit);
    });
    await until(() => begun === 24);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const ask = () => app.request("/classify", post(jpeg));
    expect((await ask()).status).toBe(503);
    time.now += slow.milliseconds;
    expect((await ask()).status).toBe(200);
    const first = await Promise.race(stuck);
    expect([first.status, first.headers.get("retry-after")]).toEqual([408, "5"]);
    expect(await first.json()).toMatchObject({ title: "Photo came too slowly" });
  });
});
