import { describe, expect, it } from "vitest";
import { drawnOnce } from "../../functions/models/draw.ts";
import { candidateOf, promote, readPointer, rollback, tryOut } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";
import { post, serve, until } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
const clock = { now: Date.now };

const serving = async (settings = {}) => {
  const server = await serve(settings);
  const first = await publishFake(server.store, { logits: [1, 2] });
  const second = await publishFake(server.store, { logits: [2, 1], promote: false });
  const ask = async (id: string) => {
    const response = await server.app.request("/classify", post(jpeg, { "x-request-id": id }));
    const { version } = (await response.json()) as { version: string };
    expect(response.headers.get("whippet-version")).toBe(version);
    return version;
  };
  const askMany = async (count: number) => {
    const versions: string[] = [];
    for (let i = 0; i < count; i++) versions.push(await ask(`request ${i}`.replace(" ", "-")));
    return versions;
  };
  return { ...server, first, second, ask, askMany };
};

describe("a candidate", () => {
  it("answers its share of the requests, always the same ones, and both versions stay loaded", async () => {
    const { store, models, first, second, askMany, engine } = await serving();
    await tryOut(store, "letters", second, 0.3);
    await models.refresh();
    const versions = await askMany(200);
    const share = versions.filter((version) => version === second).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(new Set(versions)).toEqual(new Set([first, second]));
    expect(await askMany(200)).toEqual(versions);
    expect(engine.diary).toEqual(["load [1,2]", "load [2,1]"]);
  });

  it("answers all of them once it is promoted, and none after a rollback", async () => {
    const { store, models, first, second, ask, engine } = await serving();
    await tryOut(store, "letters", second, 0.5);
    await rollback(store, "letters", clock);
    await models.refresh();
    expect(await ask("request-1")).toBe(first);
    await tryOut(store, "letters", second, 0.999);
    await models.refresh();
    expect(await ask("request-1")).toBe(second);
    await rollback(store, "letters", clock);
    await models.refresh();
    await until(() => engine.diary.at(-1) === "dispose [2,1]");
    expect(await ask("request-1")).toBe(first);
    await tryOut(store, "letters", second, 0.001);
    await promote(store, "letters", await candidateOf(store, "letters"), clock);
    await models.refresh();
    expect(await ask("request-1")).toBe(second);
    expect((await readPointer(store, "letters"))!.pointer).toMatchObject({ version: second, previous: first });
    await rollback(store, "letters", clock);
    await models.refresh();
    expect(await ask("request-1")).toBe(first);
  });

  it("that cannot be loaded leaves its requests to the version that answers, and the log says why", async () => {
    const { store, models, first, second, askMany, logged } = await serving();
    const key = `models/letters/${second}/model.int8.onnx`;
    await tryOut(store, "letters", second, 0.5);
    await store.put(key, new Uint8Array(10));
    await models.refresh();
    expect(new Set(await askMany(20))).toEqual(new Set([first]));
    expect(logged).toContainEqual(expect.objectContaining({ event: "model refused", version: second }));
  });

  it("is drawn once by an instance that has room for one version", async () => {
    const { store, second, first, ask, askMany, time, engine } = await serving({
      refreshOnRequest: true,
      releaseFirst: true,
      refresh: 30_000,
      models: 1,
    });
    await ask("request-1");
    await tryOut(store, "letters", second, 0.5);
    time.now += 30_000;
    const versions = new Set(await askMany(20));
    expect(versions.size).toBe(1);
    expect(engine.diary.filter((line) => line.startsWith("load")).length).toBeLessThanOrEqual(2);
    await promote(store, "letters", second, clock);
    time.now += 30_000;
    expect(await ask("request-1")).toBe(second);
    expect(first).not.toBe(second);
  });

  it("is drawn by its share", () => {
    const pointer = { version: "a", changed: "", candidate: { version: "b", share: 0.1 } };
    expect(drawnOnce(() => 0.09)(pointer)).toBe("b");
    expect(drawnOnce(() => 0.1)(pointer)).toBe("a");
    expect(drawnOnce(() => 0)({ version: "a", changed: "" })).toBe("a");
  });
});

describe("tryOut", () => {
  it("changes nothing but the candidate, so that no other model becomes the default", async () => {
    const store = createMemoryStore();
    const first = await publishFake(store, { logits: [1, 2] });
    const second = await publishFake(store, { logits: [2, 1], promote: false });
    const before = (await readPointer(store, "letters"))!.pointer;
    await tryOut(store, "letters", second, 0.1);
    expect((await readPointer(store, "letters"))!.pointer).toEqual({
      ...before,
      candidate: { version: second, share: 0.1 },
    });
    await rollback(store, "letters", clock);
    expect((await readPointer(store, "letters"))!.pointer).toEqual(before);
    await expect(tryOut(store, "letters", first, 0.1)).rejects.toThrow("answers every request already");
    await expect(candidateOf(store, "letters")).rejects.toThrow("no candidate of letters is tried");
  });
});
