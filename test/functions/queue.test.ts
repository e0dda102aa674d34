import { describe, expect, it } from "vitest";
import { createQueue } from "../../functions/queue.ts";
import { draw } from "../drawing.ts";
import { publishFake } from "./publishing.ts";
import { post, serve, until } from "./serving.ts";

const held = () => {
  let release = () => {};
  const task = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => task, release };
};

describe("the queue", () => {
  it("runs as many at once as it may, and the others in their order", async () => {
    const queue = createQueue({ running: 2, waiting: 8 });
    const started: number[] = [];
    const tasks = [0, 1, 2, 3].map((id) => ({ id, ...held() }));
    const done = tasks.map(({ id, task }) =>
      queue.run(() => {
        started.push(id);
        return task();
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    tasks[1]!.release();
    await until(() => started.length === 3);
    for (const { release } of tasks) release();
    await Promise.all(done);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(queue.length).toBe(0);
  });

  it("goes on after a task that fails", async () => {
    const queue = createQueue({ running: 1, waiting: 1 });
    await expect(queue.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await queue.run(async () => 1)).toBe(1);
  });

  it("lets one leave that does not want to wait any more", async () => {
    const queue = createQueue({ running: 1, waiting: 1 });
    const first = held();
    const running = queue.run(first.task);
    const leaving = new AbortController();
    const waiting = queue.run(async () => 2, leaving.signal);
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    const next = queue.run(async () => 3);
    first.release();
    await running;
    expect(await next).toBe(3);
  });
});

describe("a busy server", () => {
  it("answers 503 with Retry-After to one request too many, and serves those that wait", async () => {
    const { app, store, engine } = await serve({ running: 1, waiting: 1 });
    await publishFake(store, { logits: [1, 2] });
    const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
    const ask = () => app.request("/classify", post(jpeg));
    await ask();
    const release = engine.holdRuns();
    const first = ask();
    await until(() => engine.waiting === 1);
    const second = ask();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const third = await ask();
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
    release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it("answers 503 when the bodies that are being sent would take too much memory", async () => {
    const { app } = await serve({ bodies: 1000 });
    expect((await app.request("/classify", post(new Uint8Array(1001)))).status).toBe(503);
    expect((await app.request("/classify", post(new Uint8Array(1000)))).status).not.toBe(413);
  });
});
