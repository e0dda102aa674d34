import { describe, expect, it } from "vitest";
import { estimateEdgeLimits } from "../../shared/engine/edge-limits.ts";
import type { Engine } from "../../shared/engine/engine.ts";
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import { estimateEdge } from "../../training/edge-estimate.ts";
import { drawCase } from "../lean/cases.ts";

const form = { name: "int8", precision: "int8" as const, bytes: new Uint8Array(4_000_000) };

/** A web engine whose loads and runs take these times of a processor that others use as well. */
const slowEngine = (loads: readonly number[], runs: readonly number[]) => {
  let [wall, cpu, open] = [0, 0, 0];
  const [nextLoad, nextRun] = [loads.values(), runs.values()];
  const pass = (milliseconds: number): void => {
    cpu += milliseconds;
    // a neighbour had its turn
    wall += 1000 + milliseconds;
  };
  const engine: Engine = {
    name: "web",
    kind: "web",
    async load() {
      pass(nextLoad.next().value ?? Number.NaN);
      open++;
      return {
        async run() {
          const { value, done } = nextRun.next();
          if (done) throw new Error("the runtime gave up");
          pass(value);
          return { logits: new Float32Array(1) };
        },
        dispose: async () => void open--,
      };
    },
  };
  return { engine, now: () => ({ wall, cpu }), open: () => open };
};

describe("the estimate of what a form takes at the edge", () => {
  it("comes from medians of the processor's time: no busy neighbour and no slow first run decides whether a form fits", async () => {
    const { engine, now, open } = slowEngine([900, 20, 30], [800, 40, 40, 700, 40]);
    const measured = { precision: form.precision, bytes: form.bytes.length, loadMs: 30, runMs: 40 };
    expect(await estimateEdge(form, 224, engine, now)).toEqual(estimateEdgeLimits(measured));
    expect(open()).toBe(0);
  });

  it("counts a plan's arena", async () => {
    const { plan } = drawCase({ kind: "conv", precision: "u8" }, 1);
    plan.arena += 50_000_000;
    const bytes = await encodePlan(plan);
    const { engine, now } = slowEngine([30, 30, 30], [40, 40, 40, 40, 40]);
    const measured = { precision: "int8", bytes: bytes.length, arena: plan.arena, loadMs: 30, runMs: 40 } as const;
    expect(await estimateEdge({ ...form, bytes }, 224, engine, now)).toEqual(estimateEdgeLimits(measured));
  });

  it("frees the model when a run fails", async () => {
    const { engine, now, open } = slowEngine([30, 30, 30], [40]);
    await expect(estimateEdge(form, 224, engine, now)).rejects.toThrow("the runtime gave up");
    expect(open()).toBe(0);
  });
});
