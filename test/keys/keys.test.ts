import { describe, expect, it } from "vitest";
import { copyKeys } from "../../shared/keys/copy.ts";
import { hashOfKey } from "../../shared/keys/key.ts";
import { createKey, listKeys, revokeKey } from "../../shared/keys/keys.ts";
import { withTemporaryKey } from "../../shared/keys/temporary.ts";
import { addUsage, readUsage } from "../../shared/keys/usage.ts";
import { createMemoryStore } from "../store/memory.ts";

const clock = { now: () => 1_800_000_000_000 };
const phone = { name: "phone", quota: 10 };

describe("a key", () => {
  it("is stored as its hash alone", async () => {
    const store = createMemoryStore();
    const { key, hash } = await createKey(store, phone, clock);
    expect(key).toMatch(/^whip_[A-Za-z0-9_-]{43}$/);
    expect(await hashOfKey(key)).toBe(hash);
    const [object] = await store.list("");
    expect(object!.key).toBe(`keys/${hash}.json`);
    expect(new TextDecoder().decode((await store.get(object!.key))!.bytes)).not.toContain(key.slice(5));
  });

  it("is another each time, and listed with its name, quota and age", async () => {
    const store = createMemoryStore();
    const made = [await createKey(store, phone, clock), await createKey(store, { name: "partner", quota: 5 }, clock)];
    expect(made[0]!.key).not.toBe(made[1]!.key);
    expect((await listKeys(store)).map(({ name, quota, created }) => ({ name, quota, created }))).toEqual(
      expect.arrayContaining([
        { name: "phone", quota: 10, created: "2027-01-15T08:00:00.000Z" },
        { name: "partner", quota: 5, created: "2027-01-15T08:00:00.000Z" },
      ]),
    );
  });

  it("is revoked by its name or the beginning of its hash, once, and only where that names one", async () => {
    const store = createMemoryStore();
    const [first] = [await createKey(store, phone, clock), await createKey(store, phone, clock)];
    await expect(revokeKey(store, "phone", clock)).rejects.toThrow('2 keys are called "phone"');
    await revokeKey(store, first.hash.slice(0, 12), clock);
    await revokeKey(store, "phone", clock);
    await expect(revokeKey(store, "phone", clock)).rejects.toThrow("no key that is still valid");
    expect((await listKeys(store)).every(({ revoked }) => revoked !== undefined)).toBe(true);
  });
});

describe("keys of two stores", () => {
  it("are carried from one to the other, and so is what was revoked; nothing is made good again", async () => {
    const [lambda, worker] = [createMemoryStore(), createMemoryStore()];
    const [phone, partner, robot] = await Promise.all(
      ["phone", "partner", "robot"].map((name) => createKey(lambda, { name, quota: 10 }, clock)),
    );
    expect(await copyKeys(lambda, worker)).toEqual({ added: 3, revoked: 0 });
    expect(await listKeys(worker)).toEqual(await listKeys(lambda));
    await revokeKey(lambda, "phone", clock);
    await revokeKey(worker, "partner", clock);
    await lambda.remove([`keys/${robot!.hash}.json`]);
    expect(await copyKeys(lambda, worker)).toEqual({ added: 0, revoked: 1 });
    const good = (await listKeys(worker)).filter(({ revoked }) => revoked === undefined).map(({ hash }) => hash);
    expect(good).toEqual([robot!.hash]);
    expect((await listKeys(worker)).find(({ hash }) => hash === phone!.hash)?.revoked).toBe("2027-01-15T08:00:00.000Z");
    expect(good).not.toContain(partner!.hash);
    expect(await copyKeys(lambda, worker)).toEqual({ added: 0, revoked: 0 });
  });
});

describe("a key for a moment", () => {
  it("is good while it is used, and leaves neither itself nor its count, whatever comes of it", async () => {
    const store = createMemoryStore();
    const used = withTemporaryKey({ store, clock, name: "verifying" }, async (key) => {
      const hash = (await hashOfKey(key))!;
      expect(await listKeys(store)).toMatchObject([{ hash, name: "verifying" }]);
      await addUsage(store, { hash, day: "2027-01-15", requests: 16, quota: 1000 });
      throw new Error("it went wrong");
    });
    await expect(used).rejects.toThrow("it went wrong");
    expect(await store.list("")).toEqual([]);
  });
});

describe("a key's usage", () => {
  it("is the sum of what all instances add, however they race", async () => {
    const store = createMemoryStore();
    await Promise.all(
      Array.from({ length: 5 }, () => addUsage(store, { hash: "hash", day: "2026-11-24", requests: 3, quota: 100 })),
    );
    expect(await readUsage(store, "hash", "2026-11-24")).toBe(15);
    expect(await readUsage(store, "hash", "2026-11-25")).toBe(0);
  });
});
