import { expect, it } from "vitest";
import { createCache } from "../../training/cache.ts";
import { readPacks, writePack } from "../../training/features/pack.ts";
import { createMemoryStore } from "../store/memory.ts";

const photo = (digit: string): string => digit.repeat(64);
const vectors = new Map([
  [photo("a"), new Float32Array([1, 2, 3])],
  [photo("b"), new Float32Array([4, 5, 6])],
]);
const emptyCache = () => createCache(createMemoryStore(), expect.unreachable);

it("reads back what it wrote, of what was asked for", async () => {
  const cache = emptyCache();
  await writePack(cache, "features/lite0", vectors);
  await writePack(cache, "features/lite0", new Map([[photo("c"), new Float32Array([7, 8, 9])]]));
  await writePack(cache, "features/lite02", new Map([[photo("d"), new Float32Array([7, 8, 9])]]));
  const found = await readPacks(cache, "features/lite0", new Set([photo("b"), photo("c"), photo("d")]));
  expect([...found.keys()].sort()).toEqual([photo("b"), photo("c")]);
  expect(found.get(photo("b"))).toEqual(vectors.get(photo("b")));
});

it("finds nothing where nothing was written", async () => {
  expect(await readPacks(emptyCache(), "features/lite0", new Set([photo("a")]))).toEqual(new Map());
});
