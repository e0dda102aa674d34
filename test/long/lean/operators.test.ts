import { describe, expect, it } from "vitest";
import { drawCase, kinds } from "../../lean/cases.ts";
import { runPlan } from "../../lean/drafts.ts";
import { runReference } from "../../lean/onnx.ts";

const seeds = Array.from({ length: 500 }, (_, i) => 1000 + i);

describe.each(kinds)("%s on 500 random shapes", (kind) => {
  it("gives the integers that onnxruntime-node gives", async () => {
    for (const seed of seeds) {
      const { name, plan, reference, shapes, inputs } = drawCase(kind, "u8", seed);
      expect(await runPlan(plan, inputs), name).toEqual(await runReference(reference, shapes, inputs));
    }
  });
});
