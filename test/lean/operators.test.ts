import { describe, expect, it } from "vitest";
import { drawCase, kinds } from "./cases.ts";
import { runPlan } from "./drafts.ts";
import { runReference } from "./onnx.ts";

/** Fewer here than at length, in `test/long/lean`. */
const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1);

describe.each(kinds)("%s on random shapes", (kind) => {
  it("gives the integers that onnxruntime-node gives", async () => {
    for (const seed of seeds) {
      const { name, plan, reference, shapes, inputs } = drawCase(kind, "u8", seed);
      const expected = await runReference(reference, shapes, inputs);
      const found = await runPlan(plan, inputs);
      expect(found, name).toEqual(expected);
    }
  });

  it("gives onnxruntime-node's float32 within 1e-4 of the largest", async () => {
    for (const seed of seeds) {
      const { name, plan, reference, shapes, inputs } = drawCase(kind, "f32", seed);
      const expected = await runReference(reference, shapes, inputs);
      const found = await runPlan(plan, inputs);
      expect(found.length, name).toBe(expected.length);
      const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
      expect(Math.max(...found.map((x, i) => Math.abs(x - expected[i]!))) / largest, name).toBeLessThan(1e-4);
    }
  });
});
