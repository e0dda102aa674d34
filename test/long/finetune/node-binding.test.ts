import { afterAll, describe, expect, it } from "vitest";
import { createPool } from "../../../training/features/pool.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { relative } from "../../finetune/graph/run-case.ts";
import { openSmall } from "../../finetune/small.ts";
import { has } from "../../require.ts";
import { loadTfjsNode } from "../../tools/tfjs-node.ts";

describe.runIf(has("tfjs-node"))("fine-tuning on the node binding, which a GPU is used by,", async () => {
  const { home, remove } = await temporaryFolder("tuning-binding");
  const pool = createPool({ workers: 1 });
  afterAll(async () => {
    await pool.close();
    await remove();
  });

  it.each(["linear", "keras"] as const)(
    "comes to the numbers that WebAssembly with composed gradients comes to, under a %s head",
    async (kind) => {
      const { rows, classes, learner, backbone } = await openSmall(home, pool, kind);
      const wasm = await loadTensorFlow();
      await wasm.setBackend("wasm");
      const expected = await (await learner(wasm, undefined)).train({ training: rows, classes });
      const tf = loadTfjsNode();
      await tf.setBackend("tensorflow");
      const there = await learner(tf, undefined);
      const found = await there.train({ training: rows, classes });
      expect(tf.getBackend()).toBe("tensorflow");
      expect(found.tuned!.epochs).toBe(expected.tuned!.epochs);
      expect(expected.tuned!.numbers.size).toBeGreaterThan(0);
      for (const [name, numbers] of expected.tuned!.numbers)
        expect(relative(found.tuned!.numbers.get(name)!, numbers), name).toBeLessThan(5e-3);
      // answers as its export does, or this throws
      expect((await there.backboneOf(found)).bytes).not.toEqual(backbone.bytes);
    },
    120_000,
  );
});
