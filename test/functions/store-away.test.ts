/** A store that refuses, hangs or vanishes: what is loaded goes on answering, and who only reads hears 503. */
import { mkdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFileStore } from "../../shared/store/file.ts";
import type { Store } from "../../shared/store/store.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { cut, damage, flipped, jpeg, platforms, serving, storeFaults } from "./faults.ts";
import { publishFake } from "./publishing.ts";
import { post } from "./serving.ts";

describe.each(platforms)("a store that is read %s", (_, settings) => {
  it.each(storeFaults)(
    "and %s leaves the loaded version answering, and is told until it is over",
    async (_, fault, reason) => {
      const { store, ask, ready, later, said, logged, fail } = await serving(settings);
      const first = await publishFake(store, { logits: [1, 2] });
      expect(await ask()).toBe(first);
      const recover = fail(fault, fault);
      for (let time = 0; time < 3; time++) {
        await later();
        expect([await ask(), await ask("/classify?model=letters")]).toEqual([first, first]);
      }
      expect(await ready()).toMatchObject({
        version: first,
        warnings: ["models cannot be read from memory: at present; the server's log says why"],
      });
      expect(said().join()).toContain(reason);
      expect(said().length).toBeLessThan(4);

      recover();
      const second = await publishFake(store, { logits: [2, 1] });
      await later();
      expect(await ask()).toBe(second);
      expect(await ready()).toMatchObject({ version: second, warnings: [] });
      expect(logged).toContainEqual(expect.objectContaining({ level: "info", event: "store readable again" }));
    },
  );

  it.each(storeFaults)(
    "and %s before anything is loaded is a 503 that says when to try again",
    async (_, fault, reason) => {
      const { app, store, ask, said, fail } = await serving(settings);
      const only = await publishFake(store, { logits: [1, 2] });
      const recover = fail(fault, fault);
      for (const path of ["/classify", "/models/letters", "/readyz"]) {
        const response = await app.request(path, path === "/readyz" ? {} : post(jpeg));
        expect(response.status).toBe(503);
        expect(response.headers.get("retry-after")).toBe("5");
        expect(await response.text()).not.toContain("10.0.0.1");
      }
      expect(said().join()).toContain(reason);
      recover();
      expect(await ask()).toBe(only);
    },
  );

  it("and is slow with a new version leaves the loaded one answering meanwhile", async () => {
    const { store, ask, later, said, fail, settings: limits } = await serving(settings);
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    const second = await publishFake(store, { logits: [2, 1] });
    const { get } = store;
    const slow = (key: string, known?: string) => (key.endsWith(".onnx") ? new Promise(() => {}) : get(key, known));
    const recover = fail(slow as Store["get"]);
    limits.storeTime = 60_000;
    await later();
    expect(await ask()).toBe(first);
    expect(said().join()).toContain(`reading letters ${second} from memory: took longer than 0.05 s`);
    recover();
    await later();
    expect(await ask()).toBe(second);
  });

  it("and lost the request that was reading it is read by another", async () => {
    const { store, ask, time, models } = await serving({ ...settings, storeTime: 30_000, loadTime: 30_000 });
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    const second = await publishFake(store, { logits: [2, 1] });
    const { get } = store;
    Object.assign(store, { get: () => new Promise(() => {}) });
    time.now += 30_000;
    const lost = models.refresh();
    Object.assign(store, { get });
    time.now += 60_000;
    await Promise.race([models.refresh(), lost]);
    expect(await ask()).toBe(second);
  });

  it("and was a folder that vanishes, or is empty, leaves the loaded version answering, and is told", async () => {
    const { home, remove } = await temporaryFolder("vanishing");
    onTestFinished(remove);
    const folder = join(home, "store");
    const store = createFileStore(folder);
    const { ask, ready, later, said } = await serving(settings, store);
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    await rename(folder, `${folder} elsewhere`);
    for (const empty of [false, true]) {
      if (empty) await mkdir(folder);
      await later();
      expect(await ask()).toBe(first);
    }
    expect((await ready()).warnings).toHaveLength(1);
    expect(said().join()).toContain(`the folder ${folder} is gone, or empty, though it held something`);
    await rmdir(folder);
    await rename(`${folder} elsewhere`, folder);
    const second = await publishFake(store, { logits: [2, 1] });
    await later();
    expect(await ask()).toBe(second);
  });
});

describe("what is only read from the store", () => {
  const paths = (version: string) => [
    "/models",
    "/models/letters",
    "/models/letters/report",
    `/models/letters/${version}/files/model.int8.onnx`,
  ];

  it.each(storeFaults)("is a 503 that says nothing of the store's own words while it %s", async (_, fault, reason) => {
    const { app, store, said, fail } = await serving();
    const version = await publishFake(store, { logits: [1, 2] });
    fail(fault, fault);
    for (const path of paths(version)) {
      const response = await app.request(path);
      expect([path, response.status, response.headers.get("retry-after")]).toEqual([path, 503, "5"]);
      expect(await response.text()).not.toContain("10.0.0.1");
    }
    expect(said().filter((error) => error.includes(reason)).length).toBeGreaterThanOrEqual(4);
  });

  it("is a 503 that names what is damaged, and the list shows the models that are whole", async () => {
    const { app, store } = await serving();
    const version = await publishFake(store, { logits: [1, 2] });
    await publishFake(store, { name: "digits", logits: [3, 4] });
    await damage(store, `models/letters/${version}/model.int8.onnx`, flipped);
    await damage(store, "models/letters/current.json", cut);
    for (const path of paths(version).slice(1)) {
      const response = await app.request(path);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining("is damaged") });
    }
    expect(await (await app.request("/models")).json()).toEqual({
      models: [
        expect.objectContaining({ name: "digits", labels: 2 }),
        { name: "letters", damage: expect.stringContaining("current.json in memory: is damaged") },
      ],
    });
  });
});
