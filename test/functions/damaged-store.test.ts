/** A version that was promoted and is damaged: the one before goes on answering, and the log and `/readyz` say why. */
import { describe, expect, it } from "vitest";
import { type Change, cut, damage, flipped, missing, platforms, rewritten, serving } from "./faults.ts";
import { publishFake } from "./publishing.ts";

const future = rewritten((json) => json.replace(/"schema":\s*1/, '"schema": 2'));
const otherHash = rewritten((json) => json.replace(/"sha256":\s*"[0-9a-f]{8}/g, '"sha256": "01234567'));

const damages: [how: string, file: string, change: Change, reason: string][] = [
  ["a byte of the model is flipped", "model.int8.onnx", flipped, "model.int8.onnx in memory: is damaged"],
  ["the model is cut off", "model.int8.onnx", cut, "model.int8.onnx in memory: is damaged"],
  ["the model is missing", "model.int8.onnx", missing, "model.int8.onnx is missing in memory:"],
  ["a byte of the probe is flipped", "probes/star.jpg", flipped, "probes/star.jpg in memory: is damaged"],
  ["the probe is missing", "probes/star.jpg", missing, "probes/star.jpg is missing in memory:"],
  ["the list of probes is cut off", "probes/probes.json", cut, "probes/probes.json in memory: is damaged"],
  ["the manifest is cut off", "manifest.json", cut, "manifest.json in memory: is damaged"],
  ["the manifest names another sha256", "manifest.json", otherHash, "is damaged: its sha256 is"],
  ["the manifest is of a future schema", "manifest.json", future, "manifest.json in memory: is damaged"],
  ["the manifest is missing", "manifest.json", missing, "has no version"],
];

describe.each(platforms)("a promoted version, %s", (_, settings) => {
  it.each(damages)("of which %s leaves the one before answering, and is told", async (_, file, change, reason) => {
    const { store, ask, ready, later, logged } = await serving(settings);
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    expect(await ready()).toMatchObject({ version: first, warnings: [] });

    const second = await publishFake(store, { logits: [2, 1] });
    const repair = await damage(store, `models/letters/${second}/${file}`, change);
    await later();
    expect(await ask()).toBe(first);
    expect(await ready()).toMatchObject({ version: first, warnings: [expect.stringContaining(reason)] });
    const refused = logged.find(({ event }) => event === "model refused");
    expect(refused).toMatchObject({ level: "error", model: "letters", version: second });
    expect(refused?.error).toContain(reason);

    await repair();
    await later();
    expect(await ask()).toBe(second);
    expect(await ready()).toMatchObject({ version: second, warnings: [] });
  });

  it.each([
    ["flipped in a byte", flipped],
    ["cut off", cut],
    ["of a future kind", rewritten((json) => json.replace('"version"', '"versions"'))],
  ])("whose pointer is %s leaves the one before answering, and is told", async (_, change) => {
    const { store, ask, ready, later, said } = await serving(settings);
    const first = await publishFake(store, { logits: [1, 2] });
    expect(await ask()).toBe(first);
    const second = await publishFake(store, { logits: [2, 1] });
    const repair = await damage(store, "models/letters/current.json", change);
    await later();
    expect([await ask(), await ask("/classify?model=letters")]).toEqual([first, first]);
    expect(await ready()).toMatchObject({
      version: first,
      warnings: [expect.stringContaining("models/letters/current.json in memory: is damaged")],
    });
    expect(said().join()).toContain("models/letters/current.json in memory: is damaged");
    await repair();
    await later();
    expect(await ask()).toBe(second);
    expect(await ready()).toMatchObject({ warnings: [] });
  });
});
