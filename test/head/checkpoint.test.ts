import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createCache } from "../../training/cache.ts";
import { openCheckpoint } from "../../training/head/checkpoint.ts";
import { createMemoryStore } from "../store/memory.ts";

const facts = z.object({ epoch: z.int() });
const snapshot = (epoch: number) => ({ facts: { epoch }, numbers: [new Float32Array([epoch]), new Float32Array(2)] });
const taken = (epoch: number) => async () => snapshot(epoch);

/** A store whose writes take `milliseconds`, as this test's clock counts. */
const open = (milliseconds: number) => {
  const store = createMemoryStore();
  const put: typeof store.put = (...args) => {
    vi.advanceTimersByTime(milliseconds);
    return store.put(...args);
  };
  const cache = createCache({ ...store, put }, expect.unreachable);
  return openCheckpoint({ cache, settings: ["linear", 1], data: [new Float32Array([1, 2])], facts });
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

describe("a checkpoint", () => {
  it("gives back what was written last, to the bit", async () => {
    const checkpoint = open(0);
    expect(await checkpoint.read()).toBeUndefined();
    const odd = new Float32Array([Number.NaN, -0, 1e-45, 1 / 3]);
    await checkpoint.write(snapshot(1));
    await checkpoint.write({ facts: { epoch: 2 }, numbers: [odd, new Float32Array()] });
    expect(await checkpoint.read()).toEqual({ facts: { epoch: 2 }, numbers: [odd, new Float32Array()] });
  });

  it("takes an offer each second", async () => {
    const checkpoint = open(0);
    const offered: number[] = [];
    for (let epoch = 1; epoch <= 40; epoch++) {
      vi.advanceTimersByTime(100);
      await checkpoint.offer(() => {
        offered.push(epoch);
        return taken(epoch)();
      });
    }
    expect(offered).toEqual([10, 20, 30, 40]);
  });

  it("spends a tenth of the time at most on a slow store", async () => {
    const checkpoint = open(500);
    await checkpoint.write(snapshot(0));
    vi.advanceTimersByTime(4900);
    await checkpoint.offer(taken(1));
    expect((await checkpoint.read())?.facts.epoch).toBe(0);
    vi.advanceTimersByTime(100);
    await checkpoint.offer(taken(2));
    expect((await checkpoint.read())?.facts.epoch).toBe(2);
  });

  it("is another one for other settings and other data", async () => {
    const cache = createCache(createMemoryStore(), expect.unreachable);
    const same = { cache, settings: ["linear", 1], data: [new Float32Array([1, 2])], facts };
    await openCheckpoint(same).write(snapshot(1));
    expect(await openCheckpoint(same).read()).toBeDefined();
    expect(await openCheckpoint({ ...same, settings: ["linear", 2] }).read()).toBeUndefined();
    expect(await openCheckpoint({ ...same, data: [new Float32Array([1, 3])] }).read()).toBeUndefined();
  });
});
