import { describe, expect, it } from "vitest";
import { createAccess } from "../../../functions/access/access.ts";
import type { LogEntry } from "../../../functions/log.ts";
import { createKey, revokeKey } from "../../../shared/keys/keys.ts";
import { readUsage } from "../../../shared/keys/usage.ts";
import type { Store } from "../../../shared/store/store.ts";
import { draw } from "../../drawing.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { publishFake } from "../publishing.ts";
import { post, serve } from "../serving.ts";

const DAY = "2027-01-15";
const at = (store: Store) => {
  const time = { now: Date.parse(`${DAY}T08:00:00Z`) };
  const clock = { now: () => time.now, measures: true };
  const logged: LogEntry[] = [];
  const instance = () =>
    createAccess({ store, clock, log: (entry) => void logged.push(entry), refresh: 25_000, storeTime: 5000 });
  return { time, clock, logged, instance };
};
const statusOf = (admitted: Promise<void>) =>
  admitted.then(
    () => 200,
    (error: { status: number }) => error.status,
  );

const counting = (store: Store) => {
  const operations = { get: 0, put: 0 };
  const counted: Store = Object.assign({}, store, {
    get: (key: string, unless?: string) => {
      operations.get++;
      return store.get(key, unless);
    },
    put: (...given: Parameters<Store["put"]>) => {
      operations.put++;
      return store.put(...given);
    },
  });
  return { counted, operations };
};

describe("access by key", () => {
  it("refuses who has none, before a byte of the body is read", async () => {
    const store = createMemoryStore();
    const { instance, clock } = at(store);
    const { app, store: models } = await serve({}, undefined, undefined, { access: instance() });
    await publishFake(models, { logits: [1, 2] });
    const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
    const { key } = await createKey(store, { name: "phone", quota: 10 }, clock);
    let read = false;
    const body = () =>
      new ReadableStream(
        {
          pull(controller) {
            read = true;
            controller.enqueue(jpeg);
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    const ask = (path: string, authorization: string) =>
      app.request(path, { ...post(body(), { authorization }), duplex: "half" } as RequestInit);
    for (const path of ["/classify", "/models/letters"])
      for (const authorization of ["", "Bearer", "Bearer x", `Basic ${key}`, `Bearer ${key}x`]) {
        const response = await ask(path, authorization);
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toBe("Bearer");
      }
    expect(read).toBe(false);
    expect((await ask("/classify", `Bearer ${key}`)).status).toBe(200);
    expect((await app.request("/models")).status).toBe(200);
  });

  it("admits a Worker that passes requests on by the token of the two, without a look at any key", async () => {
    const { counted, operations } = counting(createMemoryStore());
    const { clock } = at(counted);
    const token = "0123456789abcdef";
    const access = createAccess({
      store: counted,
      clock,
      log: () => {},
      refresh: 25_000,
      storeTime: 5000,
      fallbackToken: token,
    });
    expect(await statusOf(access.admit(`Bearer ${token}`))).toBe(200);
    expect(operations).toEqual({ get: 0, put: 0 });
    for (const other of [`Bearer ${token}0`, `Bearer ${token.slice(1)}`, token, undefined])
      expect(await statusOf(access.admit(other))).toBe(401);
  });

  it("refuses a revoked key as soon as it looks again", async () => {
    const store = createMemoryStore();
    const { instance, clock, time } = at(store);
    const access = instance();
    const { key } = await createKey(store, { name: "phone", quota: 10 }, clock);
    expect(await statusOf(access.admit(`Bearer ${key}`))).toBe(200);
    await revokeKey(store, "phone", clock);
    time.now += 25_000;
    expect(await statusOf(access.admit(`Bearer ${key}`))).toBe(401);
  });

  it("admits a day's quota over all instances, and tells when the next day begins", async () => {
    const store = createMemoryStore();
    const { instance, clock, time } = at(store);
    const instances = [instance(), instance()];
    const { key } = await createKey(store, { name: "phone", quota: 10 }, clock);
    const statuses: number[] = [];
    for (let request = 0; request < 30; request++) {
      time.now += 1000;
      statuses.push(await statusOf(instances[request % 2]!.admit(`Bearer ${key}`)));
    }
    // each instance admits what one second brings before it sees the other's
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(11);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10);
    expect(statuses.at(-1)).toBe(429);
    await expect(instances[0]!.admit(`Bearer ${key}`)).rejects.toMatchObject({ retryAfter: 16 * 3600 - 30 });
    time.now = Date.parse("2027-01-16T00:00:00Z");
    expect(await statusOf(instances[0]!.admit(`Bearer ${key}`))).toBe(200);
  });

  it("writes its count at most once a second, and what is left when it ends", async () => {
    const { counted, operations } = counting(createMemoryStore());
    const { instance, clock, time } = at(counted);
    const access = instance();
    const { key, hash } = await createKey(counted, { name: "phone", quota: 1000 }, clock);
    operations.put = operations.get = 0;
    for (let request = 0; request < 100; request++) {
      await access.admit(`Bearer ${key}`);
      // as a server does on a timer, however often
      await access.flush();
      time.now += 30;
    }
    expect(operations.put).toBeLessThanOrEqual(3);
    expect(operations.get).toBeLessThanOrEqual(6);
    await access.close();
    expect(await readUsage(counted, hash, DAY)).toBe(100);
  });

  it("goes on with keys it knows while the store is away, and says 503 to others", async () => {
    const store = createMemoryStore();
    const { instance, clock, time, logged } = at(store);
    const access = instance();
    const [one, other] = [
      await createKey(store, { name: "one", quota: 10 }, clock),
      await createKey(store, { name: "other", quota: 10 }, clock),
    ];
    await access.admit(`Bearer ${one.key}`);
    Object.assign(store, {
      get: () => Promise.reject(new Error("no route")),
      put: () => Promise.reject(new Error("no route")),
    });
    time.now += 60_000;
    expect(await statusOf(access.admit(`Bearer ${one.key}`))).toBe(200);
    expect(await statusOf(access.admit(`Bearer ${other.key}`))).toBe(503);
    expect(logged.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["store not readable", "usage not written"]),
    );
    expect(JSON.stringify(logged)).not.toContain(one.key);
  });
});
