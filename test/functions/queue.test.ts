import { describe, expect, it } from "vitest";
import { createQueue, type QueueLimits } from "../../functions/queue.ts";

const at = { now: 0 };
const queueOf = (limits: Partial<QueueLimits>) =>
  createQueue({ running: 1, waiting: 8, turnTime: 60_000, answerTime: 60_000, ...limits }, { now: () => at.now });

const held = () => {
  let release = () => {};
  const task = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => task, release };
};
/** Lets everything happen that needs no time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the queue", () => {
  it("runs as many at once as it may, and the others in their order", async () => {
    const queue = queueOf({ running: 2 });
    const started: number[] = [];
    const tasks = [0, 1, 2, 3].map((id) => ({ id, ...held() }));
    const done = tasks.map(({ id, task }) =>
      queue.admit(1, (turn) =>
        turn(() => {
          started.push(id);
          return task();
        }),
      ),
    );
    expect(started).toEqual([0, 1]);
    tasks[1]!.release();
    await settled();
    expect(started).toEqual([0, 1, 2]);
    for (const { release } of tasks) release();
    await Promise.all(done);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(queue.length).toBe(0);
  });

  it("gives turns photo by photo, so that one alone never waits for all photos of another request", async () => {
    const queue = queueOf({});
    const order: string[] = [];
    const request = (name: string, photos: number) =>
      queue.admit(photos, async (turn) => {
        for (let photo = 1; photo <= photos; photo++)
          await turn(async () => {
            order.push(`${name}${photo}`);
            await settled();
          });
      });
    await Promise.all([request("a", 4), request("b", 3), request("c", 1)]);
    expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "b3", "a4"]);
  });

  it("counts photos, those of a batch too whose turn has not come", async () => {
    const queue = queueOf({});
    const first = held();
    const batch = queue.admit(3, async (turn) => {
      for (const task of [first.task, async () => {}, async () => {}]) await turn(task);
    });
    const single = queue.admit(1, (turn) => turn(async () => {}));
    expect(queue.length).toBe(4);
    first.release();
    await Promise.all([batch, single]);
    expect(queue.length).toBe(0);
    await expect(queue.admit(5, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(queue.length).toBe(0);
  });

  it("goes on after a task that fails", async () => {
    const queue = queueOf({});
    await expect(queue.admit(1, (turn) => turn(() => Promise.reject(new Error("no"))))).rejects.toThrow("no");
    expect(await queue.admit(1, (turn) => turn(async () => 1))).toBe(1);
  });

  it("lets one leave that does not want to wait any more", async () => {
    const queue = queueOf({ waiting: 1 });
    const first = held();
    const running = queue.admit(1, (turn) => turn(first.task));
    const leaving = new AbortController();
    const waiting = queue.admit(1, (turn) => turn(async () => 2), leaving.signal);
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    const next = queue.admit(1, (turn) => turn(async () => 3));
    first.release();
    await running;
    expect(await next).toBe(3);
  });

  it("lets nobody wait for a turn longer than it may, and says when to come again", async () => {
    const queue = queueOf({ turnTime: 20 });
    const first = held();
    const running = queue.admit(1, (turn) => turn(first.task));
    await expect(queue.admit(1, (turn) => turn(async () => 2))).rejects.toMatchObject({
      status: 503,
      retryAfter: 5,
      message: expect.stringContaining("waited 0.02 s for its turn"),
    });
    first.release();
    await running;
    expect(await queue.admit(1, (turn) => turn(async () => 3))).toBe(3);
  });

  it("starts no turn after a request's time, whether it waits or not", async () => {
    const late = { status: 503, retryAfter: 5, message: expect.stringContaining("not done after 30 s") };
    const queue = queueOf({ answerTime: 30_000 });
    let photos = 0;
    const slow = queue.admit(3, async (turn) => {
      for (; photos < 3; photos++)
        await turn(async () => {
          at.now += 20_000;
        });
    });
    await expect(slow).rejects.toMatchObject(late);
    expect(photos).toBe(2);

    const first = held();
    const running = queue.admit(1, (turn) => turn(first.task));
    const waiting = queue.admit(1, (turn) => {
      at.now += 29_990;
      return turn(async () => 2);
    });
    await expect(waiting).rejects.toMatchObject(late);
    first.release();
    await running;
  });
});
