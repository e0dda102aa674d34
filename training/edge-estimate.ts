/** What a form will take in a Worker, from what it takes in the same runtime here. */
import { estimateEdgeLimits } from "../shared/engine/edge-limits.ts";
import type { Engine } from "../shared/engine/engine.ts";
import { isPlan } from "../shared/engine/lean/is-plan.ts";
import { parsePlan } from "../shared/engine/lean/parse.ts";
import { memoryOf } from "../shared/engine/lean/weights.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { Form } from "./export/ladder.ts";
import { median, processTime, type Stopwatch, timed } from "./export/stopwatch.ts";

/** Odd, so that one of them is the median. */
const LOADS = 3;
const RUNS = 5;

/**
 * Medians of the processor's time, since it decides whether a form may be served there: neither a busy machine nor the first
 * runs, which compile, may.
 *
 * @param size side of the square input in pixels; @param web the web engine on Node
 */
export const estimateEdge = async (
  { bytes, precision }: Form,
  size: number,
  web: Engine,
  now: Stopwatch = processTime,
): Promise<Manifest["limits"]["edge"]> => {
  const tensor = new Float32Array(3 * size * size);
  const loads: number[] = [];
  const runs: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const { result: session, cpu } = await timed(now, () => web.load({ bytes, precision, size }));
    loads.push(cpu);
    try {
      if (load === LOADS - 1)
        for (let run = 0; run < RUNS; run++) runs.push((await timed(now, () => session.run(tensor))).cpu);
    } finally {
      await session.dispose();
    }
  }
  const measured = { precision, bytes: bytes.length, loadMs: median(loads), runMs: median(runs) };
  return estimateEdgeLimits(isPlan(bytes) ? { ...measured, arena: memoryOf(parsePlan(bytes)) } : measured);
};
