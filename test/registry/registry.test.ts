import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../shared/problem.ts";
import {
  contentHash,
  type Draft,
  latestModel,
  listModels,
  listVersions,
  promote,
  prune,
  publish,
  RemovedError,
  readCurrent,
  readFile,
  readManifest,
  readPointer,
  remove,
  rollback,
} from "../../shared/registry.ts";
import { ConflictError, type Store } from "../../shared/store/store.ts";
import { createMemoryStore } from "../store/memory.ts";
import { modelOf, steppingClock } from "./model.ts";
import { readWhole } from "./reader.ts";

let store: Store;
let clock: ReturnType<typeof steppingClock>;
beforeEach(() => {
  store = createMemoryStore();
  clock = steppingClock();
});

const publishContent = async (content: string, change: Partial<Draft> = {}) =>
  publish(store, { ...(await modelOf(content, change)), clock });

const damage = async (path: string, content: string) => store.put(path, new TextEncoder().encode(content));

/** Every write to the store, in order. */
const recorded = (writes: string[]): Store => ({
  ...store,
  put: (key, ...rest) => {
    writes.push(key);
    return store.put(key, ...rest);
  },
});

describe("publish", () => {
  it("names a version after its time and its content", async () => {
    const { version } = await publishContent("one");
    const { manifest } = await modelOf("one");
    expect(version).toBe(`20260131T120000Z-${(await contentHash(manifest)).slice(0, 12)}`);
    expect(await readManifest(store, "dogs", version)).toEqual({
      ...manifest,
      version,
      created: "2026-01-31T12:00:00.000Z",
    });
  });

  it("writes files first, then the manifest, then the pointer", async () => {
    const writes: string[] = [];
    const model = await modelOf("one");
    const { version } = await publish(recorded(writes), { ...model, clock });
    const folder = `models/dogs/${version}`;
    expect(writes).toEqual([
      ...model.files.map(({ path }) => `${folder}/${path}`),
      `${folder}/manifest.json`,
      "models/dogs/current.json",
    ]);
  });

  it("returns the version that is there when the same is published again, and writes nothing", async () => {
    const first = await publishContent("one");
    const writes: string[] = [];
    const again = await publish(recorded(writes), { ...(await modelOf("one")), clock });
    expect(again).toEqual({ version: first.version, existed: true, promoted: true });
    expect(writes).toEqual([]);
  });

  it("makes an older version answer again when its content is published again", async () => {
    const first = await publishContent("one");
    const second = await publishContent("two");
    expect((await publishContent("one")).version).toBe(first.version);
    expect((await readPointer(store, "dogs"))?.pointer).toMatchObject({
      version: first.version,
      previous: second.version,
    });
  });

  it("publishes anew, beside it, when the version that is there is damaged", async () => {
    const first = await publishContent("one");
    await damage(`models/dogs/${first.version}/model.int8.onnx`, "rot");
    const again = await publishContent("one");
    expect(again.existed).toBe(false);
    expect(again.version).not.toBe(first.version);
    expect(await readWhole(store)).toBe(again.version);
  });

  it("keeps apart two models of one content published in one second", async () => {
    const still = { now: () => Date.parse("2026-01-31T12:00:00Z") };
    const [left, right] = [await modelOf("one"), await modelOf("one", { seconds: { training: 9 } })];
    const results = await Promise.all([
      publish(store, { ...left, clock: still }),
      publish(store, { ...right, clock: still }),
    ]);
    expect(new Set(results.map(({ version }) => version)).size).toBe(2);
    for (const { version } of results) await promote(store, "dogs", version, clock);
  });

  it("leaves the pointer alone when it is not to be promoted", async () => {
    const first = await publishContent("one");
    const second = await publish(store, { ...(await modelOf("two")), clock, promote: false });
    expect((await readPointer(store, "dogs"))?.pointer.version).toBe(first.version);
    expect(await listVersions(store, "dogs")).toEqual([first.version, second.version]);
  });

  it("tries again when someone else moved the pointer in between, and overwrites nobody unseen", async () => {
    await publishContent("one");
    let rival: string | undefined;
    const contended: Store = {
      ...store,
      put: async (key, bytes, options) => {
        if (key.endsWith("current.json") && rival === undefined) {
          rival = "on its way";
          rival = (await publishContent("rival")).version;
        }
        return store.put(key, bytes, options);
      },
    };
    const { version } = await publish(contended, { ...(await modelOf("two")), clock });
    expect((await readPointer(store, "dogs"))?.pointer).toMatchObject({ version, previous: rival });
    expect(await readWhole(store)).toBe(version);
  });

  it("gives up when the pointer is moved again and again", async () => {
    const busy: Store = {
      ...store,
      put: async (key, bytes, options) => {
        if (key.endsWith("current.json")) throw new ConflictError(key);
        return store.put(key, bytes, options);
      },
    };
    await expect(publish(busy, { ...(await modelOf("one")), clock })).rejects.toBeInstanceOf(ConflictError);
  });

  it("refuses files that are not the manifest's", async () => {
    const model = await modelOf("one");
    const lacking = { ...model, files: model.files.slice(1) };
    await expect(publish(store, { ...lacking, clock })).rejects.toThrow("the manifest names model.int8.onnx");
    const other = { ...model, files: (await modelOf("two")).files };
    await expect(publish(store, { ...other, clock })).rejects.toThrow("model.int8.onnx has sha256");
    const serving = { ...model, manifest: { ...model.manifest, serve: { native: "none.onnx", web: "none.onnx" } } };
    await expect(publish(store, { ...serving, clock })).rejects.toThrow("serve.native is none.onnx");
    expect(await store.list("")).toEqual([]);
  });
});

describe("contentHash", () => {
  const hashWith = async (change: Partial<Draft>) => contentHash((await modelOf("one", change)).manifest);

  it("changes with everything that decides an answer", async () => {
    const { manifest } = await modelOf("one");
    const [file, other] = manifest.files as [Draft["files"][0], Draft["files"][0]];
    const hashes = await Promise.all([
      hashWith({}),
      hashWith({ labels: ["b", "a"] }),
      hashWith({ background: "b" }),
      hashWith({ task: "multi-label" }),
      hashWith({ temperature: 1.6 }),
      hashWith({ unknown: { threshold: 0.6, kept: 0.95 } }),
      hashWith({ input: { ...manifest.input, crop: 1 } }),
      hashWith({ input: { ...manifest.input, std: [128, 128, 127] } }),
      hashWith({ files: [{ ...file, sha256: "3".repeat(64) }, other] }),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("does not change with times, speeds, hardware, metrics, the faster form or the order of files", async () => {
    const { manifest } = await modelOf("one");
    const changed = await hashWith({
      seconds: { training: 99 },
      hardware: { cpu: "other", cores: 64, memoryGb: 1, platform: "darwin-arm64" },
      metrics: { agreement: 1 },
      serve: { native: "model.int8-weights.onnx", web: "model.int8.onnx" },
      files: manifest.files.map((file) => ({ ...file, ms: { native: 1 } })).reverse(),
      versions: { whippet: "9" },
    });
    expect(changed).toBe(await hashWith({}));
  });
});

describe("reading", () => {
  it("refuses a damaged file, saying which and what to do", async () => {
    const { version } = await publishContent("one");
    const manifest = await readManifest(store, "dogs", version);
    await damage(`models/dogs/${version}/model.int8.onnx`, "rot");
    await expect(readFile(store, manifest, "model.int8.onnx")).rejects.toThrow(
      /model\.int8\.onnx in memory: is damaged: its sha256 is [0-9a-f]{64}, its manifest says .* roll it back/,
    );
    await damage(`models/dogs/${version}/probes/upright.jpg`, "rot");
    await expect(readFile(store, manifest, "probes/upright.jpg")).rejects.toThrow("damaged");
    await store.remove([`models/dogs/${version}/model.int8-weights.onnx`]);
    await expect(readFile(store, manifest, "model.int8-weights.onnx")).rejects.toThrow("is missing");
  });

  it.each(["none.onnx", "../../secrets", "manifest.json", "probes/none.jpg", "/etc/passwd"])(
    "has no file %s",
    async (path) => {
      const { version } = await publishContent("one");
      const manifest = await readManifest(store, "dogs", version);
      await expect(readFile(store, manifest, path)).rejects.toMatchObject({ status: 404 });
    },
  );

  it("refuses a manifest that is half, foreign or of a later schema, naming key and field", async () => {
    const { version } = await publishContent("one");
    const key = `models/dogs/${version}/manifest.json`;
    const manifest = await readManifest(store, "dogs", version);
    await damage(key, JSON.stringify(manifest).slice(0, 500));
    await expect(readManifest(store, "dogs", version)).rejects.toThrow(`${key} in memory: is damaged`);
    await damage(key, JSON.stringify({ ...manifest, temperature: -1 }));
    await expect(readManifest(store, "dogs", version)).rejects.toThrow("temperature");
    await damage(key, JSON.stringify({ ...manifest, name: "cats" }));
    await expect(readManifest(store, "dogs", version)).rejects.toThrow("describes cats");
    await damage(key, JSON.stringify({ ...manifest, schema: 2 }));
    await expect(readCurrent(store, "dogs")).rejects.toThrow("schema");
  });

  it("answers 404 for a model or a version that is not there, or can be none", async () => {
    await publishContent("one");
    for (const name of ["cats", "../dogs", "", "DOGS", "a/b"])
      await expect(readCurrent(store, name)).rejects.toMatchObject({ status: 404 });
    await expect(readManifest(store, "dogs", "20260131T120000Z-000000000000")).rejects.toMatchObject({ status: 404 });
    await expect(readManifest(store, "dogs", "../x")).rejects.toBeInstanceOf(Problem);
  });

  it("polls the pointer by its etag", async () => {
    await publishContent("one");
    const current = await readPointer(store, "dogs");
    expect(await readPointer(store, "dogs", current?.etag)).toBe("unchanged");
    const { version } = await publishContent("two");
    expect(await readPointer(store, "dogs", current?.etag)).toMatchObject({ pointer: { version } });
    expect(await readPointer(store, "cats", current?.etag)).toBeUndefined();
  });

  it("follows a pointer that moves, and whose old version goes, while it reads", async () => {
    const first = await publishContent("one");
    let moved = false;
    const moving = new Proxy(store, {
      get: (target, name) =>
        name === "get"
          ? async (key: string, known?: string) => {
              const found = await target.get(key, known);
              if (key.endsWith("current.json") && !moved) {
                moved = true;
                await publishContent("two");
                await remove(store, "dogs", first.version);
              }
              return found;
            }
          : Reflect.get(target, name),
    });
    const { manifest } = await readCurrent(moving, "dogs");
    expect(manifest.version).not.toBe(first.version);
  });
});

describe("listing", () => {
  it("names models with what answers, and shows a damaged one as damaged", async () => {
    expect(await listModels(store)).toEqual([]);
    expect(await latestModel(store)).toBeUndefined();
    const cats = await publishContent("cats", { name: "cats" });
    const dogs = await publishContent("one");
    expect(await listModels(store)).toEqual([
      expect.objectContaining({ name: "cats", version: cats.version, task: "single-label", labels: 2 }),
      expect.objectContaining({ name: "dogs", version: dogs.version, created: "2026-01-31T12:00:02.000Z" }),
    ]);
    await damage(`models/cats/${cats.version}/manifest.json`, "{");
    expect((await listModels(store))[0]).toMatchObject({ name: "cats", damage: expect.stringContaining("damaged") });
    expect((await listModels(store))[1]).not.toHaveProperty("damage");
    await damage("models/cats/current.json", "{");
    const [damaged, whole] = await listModels(store);
    expect(damaged).toEqual({ name: "cats", damage: expect.stringContaining("models/cats/current.json") });
    expect(whole).toMatchObject({ name: "dogs", version: dogs.version });
    await expect(latestModel(store)).rejects.toThrow("models/cats/current.json");
  });

  it("takes the model promoted last as the one that answers without a name", async () => {
    const cats = await publishContent("cats", { name: "cats" });
    await publishContent("one");
    expect(await latestModel(store)).toBe("dogs");
    await publishContent("kittens", { name: "cats" });
    expect(await latestModel(store)).toBe("cats");
    await publishContent("two");
    await promote(store, "cats", cats.version, clock);
    expect(await latestModel(store)).toBe("cats");
  });
});

describe("what is published or promoted again, unchanged", () => {
  it("answers where no model is named, though another was promoted in between", async () => {
    const dogs = await publishContent("one");
    const cats = await publishContent("cats", { name: "cats" });
    expect(await publishContent("one")).toMatchObject({ version: dogs.version, existed: true });
    expect(await latestModel(store)).toBe("dogs");
    await promote(store, "cats", cats.version, clock);
    expect(await latestModel(store)).toBe("cats");
    const { pointer } = (await readPointer(store, "cats"))!;
    expect(pointer).not.toHaveProperty("previous");
  });

  it("writes nothing when it was the last to be promoted anyway", async () => {
    await publishContent("cats", { name: "cats" });
    const { version } = await publishContent("one");
    const before = await readPointer(store, "dogs");
    await publishContent("one");
    await promote(store, "dogs", version, clock);
    expect(await readPointer(store, "dogs")).toEqual(before);
  });

  it("answers by default also beside a pointer that cannot be read", async () => {
    await publishContent("cats", { name: "cats" });
    const { version } = await publishContent("one");
    await damage("models/cats/current.json", "{");
    const before = await readPointer(store, "dogs");
    await promote(store, "dogs", version, clock);
    expect((await readPointer(store, "dogs"))!.pointer.changed > before!.pointer.changed).toBe(true);
  });
});

describe("promote and rollback", () => {
  it("swap the version that answers and the one before", async () => {
    const [first, second] = [await publishContent("one"), await publishContent("two")];
    expect(await rollback(store, "dogs", clock)).toBe(first.version);
    expect((await readPointer(store, "dogs"))?.pointer).toMatchObject({
      version: first.version,
      previous: second.version,
    });
    expect(await rollback(store, "dogs", clock)).toBe(second.version);
    await promote(store, "dogs", first.version, clock);
    expect(await readWhole(store)).toBe(first.version);
  });

  it("refuse a version that is not whole, and leave what answers", async () => {
    const [first, second] = [await publishContent("one"), await publishContent("two")];
    await damage(`models/dogs/${first.version}/probes/upright.jpg`, "rot");
    await expect(promote(store, "dogs", first.version, clock)).rejects.toThrow("damaged");
    await expect(rollback(store, "dogs", clock)).rejects.toThrow("damaged");
    expect(await readWhole(store)).toBe(second.version);
  });

  it("say what is not there", async () => {
    await expect(rollback(store, "dogs", clock)).rejects.toMatchObject({ status: 404 });
    await publishContent("one");
    await expect(rollback(store, "dogs", clock)).rejects.toThrow("no version before");
    await expect(promote(store, "dogs", "20260131T120000Z-000000000000", clock)).rejects.toMatchObject({ status: 404 });
  });

  it("two rollbacks at once roll back once", async () => {
    const [first] = [await publishContent("one"), await publishContent("two")];
    await Promise.all([rollback(store, "dogs", clock), rollback(store, "dogs", clock)]);
    expect(await readWhole(store)).toBe(first.version);
  });
});

describe("remove", () => {
  it("refuses the version that answers", async () => {
    const { version } = await publishContent("one");
    await expect(remove(store, "dogs", version)).rejects.toThrow("promote another first");
    expect(await readWhole(store)).toBe(version);
  });

  it("takes a version away, and with it the way back to it", async () => {
    const [first, second] = [await publishContent("one"), await publishContent("two")];
    await remove(store, "dogs", first.version);
    expect(await listVersions(store, "dogs")).toEqual([second.version]);
    await expect(rollback(store, "dogs", clock)).rejects.toThrow("no version before");
    await expect(remove(store, "dogs", first.version)).rejects.toMatchObject({ status: 404 });
  });

  it("takes a whole model away and leaves its neighbours", async () => {
    await publishContent("one");
    await publishContent("two");
    await publishContent("cats", { name: "dogs-and-cats" });
    await remove(store, "dogs");
    expect(await store.list("models/dogs/")).toEqual([]);
    await readWhole(store, "dogs-and-cats");
    await expect(remove(store, "dogs")).rejects.toMatchObject({ status: 404 });
  });

  /** Removes at the `at`-th operation of a publish that another process does. */
  const during = (at: number, removal: () => Promise<void>): Store => {
    let operations = 0;
    return new Proxy(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          if (operations++ === at) await removal();
          return (method as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  };

  it.each(["the whole model", "the version that is published again"])(
    "of %s at any moment of a publish leaves the model that was published whole, or none",
    async (what) => {
      for (let at = 0, reached = true; reached; at++) {
        store = createMemoryStore();
        const first = await publishContent("one");
        if (what !== "the whole model") await publishContent("two");
        reached = false;
        const removal = async () => {
          reached = true;
          // what answers already may not be removed
          await remove(store, "dogs", what === "the whole model" ? undefined : first.version).catch((error) => {
            if (!/promote another first/.test(String(error))) throw error;
          });
        };
        const publishing = publish(during(at, removal), { ...(await modelOf("one")), clock });
        const { version } = await publishing.catch((error: unknown) => {
          if (!(error instanceof RemovedError)) throw error;
          return { version: undefined };
        });
        if ((await readPointer(store, "dogs")) !== undefined) expect([version]).toContain(await readWhole(store));
      }
    },
  );
});

describe("prune", () => {
  it("takes what a killed publish left a day ago, and nothing else", async () => {
    const day = 24 * 3600_000;
    let now = Date.parse("2026-01-01T00:00:00Z");
    store = createMemoryStore(() => new Date(now));
    const whole = await publishContent("one");
    await store.put("models/dogs/20260101T000000Z-aaaaaaaaaaaa/model.int8.onnx", new Uint8Array(7));
    await store.put("models/cats/20260101T000000Z-bbbbbbbbbbbb/probes/x.jpg", new Uint8Array(5));
    await store.put("models/dogs/notes.txt", new Uint8Array(5));
    now += 2 * day;
    await store.put("models/dogs/20260103T000000Z-cccccccccccc/model.int8.onnx", new Uint8Array(7));
    const pruned = await prune(store, { olderThan: new Date(now - day) });
    expect(pruned).toEqual({
      orphans: [
        { name: "cats", version: "20260101T000000Z-bbbbbbbbbbbb", files: 1, bytes: 5 },
        { name: "dogs", version: "20260101T000000Z-aaaaaaaaaaaa", files: 1, bytes: 7 },
      ],
      leftovers: 0,
      left: [],
    });
    expect(await readWhole(store)).toBe(whole.version);
    expect((await store.list("models/dogs/20260103")).length).toBe(1);
    expect((await store.list("models/dogs/notes")).length).toBe(1);
  });

  it("goes on beside a pointer that cannot be read, leaves what lies there, and says so", async () => {
    await publishContent("one");
    await store.put("models/dogs/20260101T000000Z-aaaaaaaaaaaa/model.int8.onnx", new Uint8Array(7));
    await store.put("models/cats/20260101T000000Z-bbbbbbbbbbbb/probes/x.jpg", new Uint8Array(5));
    await damage("models/dogs/current.json", "{");
    const { orphans, left } = await prune(store, { olderThan: new Date(Date.now() + 1000) });
    expect(orphans).toMatchObject([{ name: "cats" }]);
    expect(left).toEqual([{ name: "dogs", reason: expect.stringContaining("models/dogs/current.json") }]);
  });
});
