/** A version carried from store to store: readers there see what they saw, or the version whole. */
import { beforeEach, describe, expect, it } from "vitest";
import { copyVersion, listVersions, pointAt, promote, publish, readPointer } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { createFaultyStore, FaultError, faults } from "../store/faulty.ts";
import { createMemoryStore } from "../store/memory.ts";
import { modelOf, steppingClock } from "./model.ts";
import { readWhole } from "./reader.ts";

const [first, second] = [await modelOf("first"), await modelOf("second")];

let from: Store;
let to: Store;
let old: string;
let version: string;
beforeEach(async () => {
  from = createMemoryStore();
  to = createMemoryStore();
  old = (await publish(to, { ...first, clock: steppingClock() })).version;
  version = (await publish(from, { ...second, clock: steppingClock() })).version;
});

const files = async (store: Store) =>
  (await store.list(`models/dogs/${version}/`)).map(({ key, bytes }) => [key, bytes]);

describe("a version copied to another store", () => {
  it("is there file by file, and answers once it is pointed at", async () => {
    const progress: number[] = [];
    const onProgress = (done: number, total: number) => progress.push(done / total);
    expect(await copyVersion(from, to, "dogs", version, { onProgress })).toMatchObject({ files: 5, present: 0 });
    expect(await files(to)).toEqual(await files(from));
    expect(progress.at(-1)).toBe(1);
    expect(await readWhole(to)).toBe(old);
    await pointAt(to, "dogs", version, steppingClock());
    expect(await readWhole(to)).toBe(version);
    expect((await readPointer(to, "dogs"))?.pointer.previous).toBe(old);
  });

  it("is not written again where it is already", async () => {
    await copyVersion(from, to, "dogs", version);
    const { put } = to;
    const written: string[] = [];
    to.put = (key, ...rest) => {
      written.push(key);
      return put(key, ...rest);
    };
    expect(await copyVersion(from, to, "dogs", version)).toEqual({ files: 0, bytes: 0, present: 5 });
    expect(written).toEqual([`models/dogs/${version}/manifest.json`]);
  });

  it("is mended where a file of it is damaged, whatever its size", async () => {
    await copyVersion(from, to, "dogs", version);
    const key = `models/dogs/${version}/model.int8.onnx`;
    const whole = (await to.get(key))!.bytes;
    for (const damaged of [whole.toReversed(), whole.subarray(1)]) {
      await to.put(key, damaged);
      expect(await copyVersion(from, to, "dogs", version)).toMatchObject({ files: 1, present: 4 });
      await promote(to, "dogs", version, steppingClock());
      expect(await readWhole(to)).toBe(version);
    }
  });

  it("is refused when it is damaged where it comes from, and no manifest is written", async () => {
    await from.put(`models/dogs/${version}/model.int8.onnx`, new Uint8Array(3));
    await expect(copyVersion(from, to, "dogs", version)).rejects.toThrow("model.int8.onnx in memory: is damaged");
    await from.remove([`models/dogs/${version}/probes/upright.jpg`, `models/dogs/${version}/model.int8.onnx`]);
    await expect(copyVersion(from, to, "dogs", version)).rejects.toThrow("is missing in memory:");
    expect(await listVersions(to, "dogs")).toEqual([old]);
  });

  it("is refused where another of its name is", async () => {
    await to.put(`models/dogs/${version}/manifest.json`, new TextEncoder().encode("{}"));
    await expect(copyVersion(from, to, "dogs", version)).rejects.toThrow(
      `memory: holds another dogs ${version}: its manifest differs; remove that version there, then copy again`,
    );
  });

  it("is told apart from one that was never published", async () => {
    await expect(copyVersion(from, to, "dogs", old)).rejects.toMatchObject({ status: 404 });
  });

  it("stops when it is told to, and goes on with what is missing", async () => {
    const stop = new AbortController();
    const stopped = copyVersion(from, to, "dogs", version, { onProgress: () => stop.abort(), signal: stop.signal });
    await expect(stopped).rejects.toThrow("aborted");
    expect(await listVersions(to, "dogs")).toEqual([old]);
    const { files, present } = await copyVersion(from, to, "dogs", version);
    expect(present).toBeGreaterThan(0);
    expect(files + present).toBe(5);
    expect(await listVersions(to, "dogs")).toContain(version);
  });
});

describe.each(["from", "to"] as const)("copying when the store it is copied %s", (side) => {
  it.each(faults)("%s, at any operation, shows the old version or the new one whole", async (fault) => {
    for (let at = 0, reached = true; reached; at++) {
      const target = createMemoryStore();
      await publish(target, { ...first, clock: steppingClock() });
      const faulty = createFaultyStore(side === "from" ? from : target, at, fault);
      const change = async (a: Store, b: Store) => {
        await copyVersion(a, b, "dogs", version);
        await pointAt(b, "dogs", version, steppingClock());
      };
      const copied = side === "from" ? change(faulty, target) : change(from, faulty);
      const failure = await copied.catch((error: unknown) => error);
      reached = faulty.operations() > at;
      if (reached) expect(failure).toBeInstanceOf(FaultError);
      expect([old, version]).toContain(await readWhole(target));
      await change(from, target);
      expect(await readWhole(target)).toBe(version);
    }
  });
});
