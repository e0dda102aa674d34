/** Both Workers as wrangler would upload them. */
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { buildWorker, gzippedModules, workers } from "../../bench/worker-bundle.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("worker-size");
afterAll(remove);

it.each(workers)("$title is at most $bound bytes after gzip", async ({ entry, bound }) => {
  const folder = join(home, entry);
  await buildWorker(entry, folder);
  const modules = await gzippedModules(folder);
  expect(modules.length).toBeGreaterThan(1);
  expect(modules.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThanOrEqual(bound);
  // the lean one is small since it leaves the runtime out
  expect(modules.some(({ module }) => module.includes("ort-wasm"))).toBe(entry === "functions/edge-onnx.ts");
});
