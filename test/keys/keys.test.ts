import { describe, expect, it } from "vitest";
import { hashOfKey } from "../../shared/keys/key.ts";
import { createKey, listKeys, revokeKey } from "../../shared/keys/keys.ts";
import { addUsage } from "../../shared/keys/usage.ts";
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

describe("a key's usage", () => {
  it("is the sum of what all instances add, however they race", async () => {
    const store = createMemoryStore();
    await Promise.all(Array.from({ length: 5 }, () => addUsage(store, "hash", "2026-11-24", 3)));
    expect(await addUsage(store, "hash", "2026-11-24", 0)).toBe(15);
    expect(await addUsage(store, "hash", "2026-11-25", 0)).toBe(0);
  });
});
