import { expect, it } from "vitest";
import { createCache, pruneCache } from "../../training/cache.ts";
import { createMemoryStore } from "../store/memory.ts";

const content = new TextEncoder().encode("what took an hour to compute");

it("keeps what is written, by its key, the last of several", async () => {
  const cache = createCache(createMemoryStore(), expect.unreachable);
  await cache.write("head/a", new Uint8Array());
  expect(await cache.read("head/a")).toEqual(new Uint8Array());
  await cache.write("head/a", content);
  await cache.write("features/b", content);
  expect(await cache.read("head/a")).toEqual(content);
  expect(await cache.list("head/")).toEqual(["head/a"]);
  expect(await cache.read("head/c")).toBeUndefined();
});

it("takes an entry for absent wherever one of its bytes is damaged or missing, removes it and says so", async () => {
  const store = createMemoryStore();
  const said: string[] = [];
  const cache = createCache(store, (text) => said.push(text));
  await cache.write("head/a", content);
  const whole = (await store.get("head/a"))!.bytes;
  for (let at = 0; at < whole.length; at++) {
    const damaged = whole.slice();
    damaged[at]! ^= 0x10;
    for (const bytes of [damaged, whole.slice(0, at)]) {
      await store.put("head/a", bytes);
      expect(await cache.read("head/a")).toBeUndefined();
      expect(await store.get("head/a")).toBeUndefined();
      expect(said.pop()).toBe("head/a in memory: was damaged; it is removed, and computed again");
    }
  }
});

it("is cleared of what was written before a day, and keeps the rest", async () => {
  let now = new Date("2026-01-01");
  const store = createMemoryStore(() => now);
  const cache = createCache(store, expect.unreachable);
  await cache.write("features/old", content);
  now = new Date("2026-03-01");
  await cache.write("features/new", content);
  const { entries, bytes } = await pruneCache(store, { olderThan: new Date("2026-02-01") });
  expect([entries, bytes]).toEqual([1, content.length + 32]);
  expect(await cache.list("")).toEqual(["features/new"]);
  expect(await cache.read("features/new")).toEqual(content);
});
