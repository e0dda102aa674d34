/** Instances that live for a moment, as a Worker's isolates and Lambda's may: together they hold a key's quota all the same. */
import { describe, expect, it } from "vitest";
import { type Access, createAccess } from "../../../functions/access/access.ts";
import { dayOf } from "../../../shared/keys/key.ts";
import { createKey } from "../../../shared/keys/keys.ts";
import { readUsage } from "../../../shared/keys/usage.ts";
import { createMemoryStore } from "../../store/memory.ts";

const QUOTA = 10;

const keyed = async () => {
  const store = createMemoryStore();
  const time = { now: Date.parse("2027-01-15T08:00:00Z") };
  const clock = { now: () => time.now };
  const { key, hash } = await createKey(store, { name: "phone", quota: QUOTA }, clock);
  const instance = () => createAccess({ store, clock, log: () => {}, refresh: 25_000, storeTime: 5000 });
  /** Asks so often, 50 ms apart. @returns how often it was admitted */
  const ask = async (access: Access, times: number): Promise<number> => {
    let admitted = 0;
    for (let i = 0; i < times; i++) {
      const answer = await access.admit(`Bearer ${key}`).then(
        () => 200,
        (problem: { status: number }) => problem.status,
      );
      expect([200, 429]).toContain(answer);
      admitted += Number(answer === 200);
      time.now += 50;
    }
    return admitted;
  };
  const counted = () => readUsage(store, hash, dayOf(time.now));
  return { store, time, key, instance, ask, counted };
};

describe("fifty instances, each thrown away after a moment", () => {
  it("admit the quota and no more, where each answers one request", async () => {
    const { instance, ask, counted } = await keyed();
    let admitted = 0;
    for (let i = 0; i < 50; i++) admitted += await ask(instance(), 1);
    expect([admitted, await counted()]).toEqual([QUOTA, QUOTA]);
  });

  it("admit the quota and no more, where each counts what it admitted before it goes", async () => {
    const { instance, ask, time, counted } = await keyed();
    let admitted = 0;
    for (let i = 0; i < 50; i++) {
      const access = instance();
      admitted += await ask(access, 9);
      // as at the end of the second that `settle` waits for
      time.now += 1000;
      await access.settle();
    }
    expect([admitted, await counted()]).toEqual([QUOTA, QUOTA]);
  });

  it("that all ask at once admit no more than the quota", async () => {
    const { instance, ask } = await keyed();
    const admitted = await Promise.all(Array.from({ length: 8 }, () => ask(instance(), 1)));
    expect(admitted.reduce((sum, count) => sum + count)).toBe(8);
    const after = await Promise.all(Array.from({ length: 8 }, () => ask(instance(), 1)));
    expect(after.reduce((sum, count) => sum + count)).toBe(QUOTA - 8);
  });
});

describe("one instance", () => {
  it("looks at the count before it admits the second of two that come at once", async () => {
    const { instance, ask, key } = await keyed();
    await ask(instance(), 1);
    for (let i = 0; i < QUOTA - 2; i++) await ask(instance(), 1);
    const access = instance();
    const answers = await Promise.allSettled([access.admit(`Bearer ${key}`), access.admit(`Bearer ${key}`)]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("counts what it admitted while the store did not answer, when it does again", async () => {
    const { store, instance, ask, time, counted } = await keyed();
    const access = instance();
    await ask(access, 1);
    const { put } = store;
    Object.assign(store, { put: () => Promise.reject(new Error("no route")) });
    time.now += 1000;
    expect(await ask(access, 3)).toBe(3);
    Object.assign(store, { put });
    expect(await counted()).toBe(1);
    time.now += 1000;
    await access.flush();
    expect(await counted()).toBe(4);
  });

  it("lets nobody wait for a store that did not answer the last time", async () => {
    const { store, instance, ask, time } = await keyed();
    const access = instance();
    Object.assign(store, { put: () => Promise.reject(new Error("no route")) });
    expect(await ask(access, 1)).toBe(1);
    let asked = 0;
    Object.assign(store, { put: () => new Promise(() => asked++) });
    time.now += 1000;
    expect(await ask(access, 1)).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(1);
  });
});
