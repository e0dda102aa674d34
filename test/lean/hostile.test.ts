import { afterAll, describe, expect, it } from "vitest";
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import { drawCase, variants } from "./cases.ts";
import { createDraft, finishDraft } from "./drafts.ts";
import { watch } from "./hostile.ts";
import { startHostileThread } from "./hostile-thread.ts";
import { runMutants } from "./mutant-run.ts";

const thread = startHostileThread();
afterAll(() => thread.close());

describe("what watches hostile plans", () => {
  it("notices a byte below scratch memory, a byte behind the arena, and memory that grows", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const write = (at: number) => () => void (new Uint8Array(memory.buffer)[at] = 1);
    watch(memory, [100, 200], write(100));
    watch(memory, [100, 200], write(199));
    expect(() => watch(memory, [100, 200], write(99))).toThrow("wrote below its scratch memory");
    expect(() => watch(memory, [100, 200], write(200))).toThrow("wrote behind its arena");
    expect(() => watch(memory, [100, 200], () => memory.grow(1))).toThrow("made the memory grow");
  });

  it("ends a run that goes on, and runs the next", async () => {
    const shape = { channels: 64, height: 512, width: 512 };
    const draft = createDraft([shape]);
    const result = draft.map(shape);
    for (let i = 0; i < 500; i++) draft.run({ op: "tanh", input: draft.inputs[0]!, output: result });
    const long = await encodePlan(finishDraft(draft, result));
    const unlimited = { bytes: 2 ** 30, work: 2 ** 60 };
    await expect(thread.run(long, 2000, unlimited)).rejects.toThrow("a run did not end within 2000 ms");
    const sound = await encodePlan(drawCase(variants[0]!, 1).plan);
    expect(await thread.run(sound)).toMatchObject({ work: expect.any(Number) });
  });
});

describe("damaged and altered plans", () => {
  it("are refused, or run within their memory and their time: 600 of them here, 10,000 at length", async () => {
    const sources = variants.map((variant) => drawCase(variant, 3).plan);
    const { ran, refusals } = await runMutants(thread, sources, { count: 600, seed: 7 });
    expect(ran).toBeGreaterThan(150);
    expect(refusals.size).toBeGreaterThan(100);
  });
});
