/** What a form will take in a Worker, from what it takes in the same runtime here. */
import { estimateEdgeLimits } from "../shared/engine/edge-limits.ts";
import type { Engine } from "../shared/engine/engine.ts";
import { isPlan } from "../shared/engine/lean/is-plan.ts";
import { parsePlan } from "../shared/engine/lean/parse.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { Form } from "./export/ladder.ts";

/** @param size side of the square input in pixels; @param web the web engine on Node */
export const estimateEdge = async (
  { bytes, precision }: Form,
  size: number,
  web: Engine,
): Promise<Manifest["limits"]["edge"]> => {
  const begun = performance.now();
  const session = await web.load({ bytes, precision, size });
  const loaded = performance.now();
  const tensor = new Float32Array(3 * size * size);
  await session.run(tensor);
  const warm = performance.now();
  await session.run(tensor);
  const runMs = performance.now() - warm;
  await session.dispose();
  const measured = { precision, bytes: bytes.length, loadMs: loaded - begun, runMs };
  return estimateEdgeLimits(isPlan(bytes) ? { ...measured, arena: parsePlan(bytes).arena } : measured);
};
