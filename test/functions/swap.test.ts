import { describe, expect, it } from "vitest";
import { promote, readPointer, rollback } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { damage, edge, jpeg, serving } from "./faults.ts";
import { publishFake } from "./publishing.ts";
import { post, until } from "./serving.ts";

describe("a promotion", () => {
  it("is seen at the next refresh, and a rollback at the one after", async () => {
    const { ask, models, store } = await serving();
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    const second = await publishFake(store, { logits: [2, 1] });
    await models.refresh();
    expect(await ask()).toBe(second);
    await rollback(store, "letters", { now: Date.now });
    await models.refresh();
    expect(await ask()).toBe(first);
  });

  it("loads a model once, however many ask for it at once", async () => {
    const { ask, engine, store } = await serving({ running: 4 });
    await publishFake(store, { logits: [1, 2] });
    await Promise.all(Array.from({ length: 8 }, ask));
    expect(engine.diary).toEqual(["load [1,2]"]);
  });

  it("lets requests in flight finish on the old version, which goes after the last of them", async () => {
    const { ask, engine, models, store } = await serving({ running: 4 });
    const first = await publishFake(store, { logits: [1, 2] });
    await ask();
    const release = engine.holdRuns();
    const inFlight = [ask(), ask()];
    await until(() => engine.waiting === 2);
    await publishFake(store, { logits: [2, 1] });
    const refreshed = models.refresh();
    await until(() => engine.waiting === 3);
    expect(engine.diary).toEqual(["load [1,2]", "load [2,1]"]);
    release();
    expect(await Promise.all(inFlight)).toEqual([first, first]);
    await refreshed;
    await until(() => engine.diary.length === 3);
    expect(engine.diary.at(-1)).toBe("dispose [1,2]");
  });

  it("of another model makes that one the default", async () => {
    const { ask, models, store } = await serving();
    await publishFake(store, { logits: [1, 2] });
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 2));
    const digits = await publishFake(store, { name: "digits", logits: [3, 4] });
    await models.refresh();
    expect(await ask()).toBe(digits);
  });
});

describe("a version that cannot answer", () => {
  it.each<[string, (store: Store) => Promise<unknown>, string]>([
    [
      "whose model file is damaged",
      async (store) => damage(store, `models/letters/${await publishFake(store, { logits: [2, 1] })}/model.int8.onnx`),
      "is damaged",
    ],
    [
      "whose manifest is cut off",
      async (store) => {
        const key = `models/letters/${await publishFake(store, { logits: [2, 1] })}/manifest.json`;
        await store.put(key, (await store.get(key))!.bytes.slice(0, 100));
      },
      "is damaged",
    ],
    [
      "whose probe comes out differently",
      (store) => publishFake(store, { logits: [2, 1], spoilProbe: true }),
      "comes out differently",
    ],
    ["that the engine refuses", (store) => publishFake(store, { logits: [2, 1], broken: true }), "cannot load"],
  ])("%s is refused, the one before goes on answering, here and after a restart", async (_, publishBad, reason) => {
    for (const settings of [{}, edge]) {
      const { ask, models, store, logged, time } = await serving(settings);
      const first = await publishFake(store, { logits: [1, 2] });
      await ask();
      await publishBad(store);
      time.now += 60_000;
      await models.refresh();
      expect(await ask()).toBe(first);
      const refused = logged.find(({ event }) => event === "model refused");
      expect(refused?.error).toContain(reason);

      const restarted = await serving({ ...settings });
      for (const { key } of await store.list("")) await restarted.store.put(key, (await store.get(key))!.bytes);
      expect(await restarted.ask()).toBe(first);
    }
  });

  it("is tried again after a second, then after two, and answers once it is whole", async () => {
    const { ask, models, store, logged, time } = await serving();
    const first = await publishFake(store, { logits: [1, 2] });
    await ask();
    const second = await publishFake(store, { logits: [2, 1] });
    const key = `models/letters/${second}/model.int8.onnx`;
    await damage(store, key);
    const refusals = () => logged.filter(({ event }) => event === "model refused").map(({ retryMs }) => retryMs);
    for (let second = 0; second < 4; second++) {
      await models.refresh();
      await models.refresh();
      time.now += 1000;
    }
    expect(refusals()).toEqual([1000, 2000, 4000]);
    expect(await ask()).toBe(first);
    await damage(store, key);
    time.now += 4000;
    await models.refresh();
    expect(await ask()).toBe(second);
  });

  it("is 503 with the reason where no other can take its place", async () => {
    const { ask, store } = await serving();
    const only = await publishFake(store, { logits: [1, 2] });
    await damage(store, `models/letters/${only}/model.int8.onnx`);
    expect(await ask()).toMatch(/^503 .*is damaged/);
  });
});

describe("a store that cannot be read", () => {
  it("does not stop the model that is loaded", async () => {
    for (const settings of [{}, edge]) {
      const { ask, models, store, time, logged } = await serving(settings);
      const first = await publishFake(store, { logits: [1, 2] });
      await ask();
      const unreachable = () => Promise.reject(new Error("no route to host"));
      Object.assign(store, { get: unreachable, list: unreachable });
      time.now += 60_000;
      await models.refresh();
      expect(await ask()).toBe(first);
      expect(logged).toContainEqual(expect.objectContaining({ event: "store not readable" }));
    }
  });
});

describe("a model that is removed", () => {
  it("is gone at the next refresh", async () => {
    const { app, models, store } = await serving();
    const version = await publishFake(store, { logits: [1, 2] });
    await app.request("/models/letters", post(jpeg));
    expect((await readPointer(store, "letters"))!.pointer.version).toBe(version);
    await store.remove(["models/letters/current.json"]);
    await models.refresh();
    expect((await app.request("/models/letters", post(jpeg))).status).toBe(404);
    await promote(store, "letters", version, { now: Date.now });
    expect((await app.request("/models/letters", post(jpeg))).status).toBe(200);
  });
});
