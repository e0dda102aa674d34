/** Promotions where there is room for one version, and no timer. */
import { describe, expect, it } from "vitest";
import { damage, edge, jpeg, serving } from "./faults.ts";
import { publishFake } from "./publishing.ts";
import { post } from "./serving.ts";

describe("at the edge", () => {
  it("a request sees a promotion once the time to refresh has passed", async () => {
    const { ask, store, time } = await serving(edge);
    const first = await publishFake(store, { logits: [1, 2] });
    await ask();
    const second = await publishFake(store, { logits: [2, 1] });
    time.now += 29_000;
    expect(await ask()).toBe(first);
    time.now += 1000;
    expect(await ask()).toBe(second);
  });

  it("the old version is released before the new one is made", async () => {
    const { ask, engine, store, time } = await serving(edge);
    await publishFake(store, { logits: [1, 2] });
    await ask();
    await publishFake(store, { logits: [2, 1] });
    time.now += 30_000;
    await ask();
    expect(engine.diary).toEqual(["load [1,2]", "dispose [1,2]", "load [2,1]"]);
  });

  it("a damaged version is found out before the old one is released", async () => {
    const { ask, engine, store, time } = await serving(edge);
    await publishFake(store, { logits: [1, 2] });
    await ask();
    const second = await publishFake(store, { logits: [2, 1] });
    await damage(store, `models/letters/${second}/model.int8.onnx`);
    time.now += 30_000;
    await ask();
    expect(engine.diary).toEqual(["load [1,2]"]);
  });

  it("one model makes room for another", async () => {
    const { app, engine, store } = await serving(edge);
    await publishFake(store, { logits: [1, 2] });
    await publishFake(store, { name: "digits", logits: [3, 4] });
    for (const name of ["letters", "digits", "none", "digits"]) await app.request(`/models/${name}`, post(jpeg));
    expect(engine.diary).toEqual(["load [1,2]", "dispose [1,2]", "load [3,4]"]);
  });
});
