/**
 * Which tile is fastest where: `node bench/lean/tiles.ts` prints 1e9 multiplications a second of each variant in Node, workerd,
 * Chromium and Firefox, as far as they are there.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { has } from "../../test/require.ts";
import { runInBrowser } from "../../test/tools/platforms/browser.ts";
import { runOnNode } from "../../test/tools/platforms/node.ts";
import { runInWorkerd } from "../../test/tools/platforms/workerd.ts";
import { compileVariants, variants } from "./tile-variants.ts";

const folder = await mkdtemp(join(tmpdir(), "whippet-tiles-"));
try {
  const kernels = join(folder, "tiles.wasm");
  await writeFile(kernels, await compileVariants());
  const body = new TextEncoder().encode(JSON.stringify(variants));
  const task = { module: join(import.meta.dirname, "tile-task.ts"), kernels, body };
  const platforms: [string, () => Promise<unknown>][] = [
    ["Node", () => runOnNode(task)],
    ["workerd", () => runInWorkerd(task)],
  ];
  if (has("chromium")) platforms.push(["Chromium", () => runInBrowser("chromium", task)]);
  if (has("firefox")) platforms.push(["Firefox", () => runInBrowser("firefox", task)]);
  const times: [string, Record<string, number>][] = [];
  for (const [name, run] of platforms) times.push([name, (await run()) as Record<string, number>]);
  console.log(["".padEnd(22), ...times.map(([name]) => name.padStart(9))].join(""));
  for (const { name } of variants)
    console.log([name.padEnd(22), ...times.map(([, ms]) => (1000 / ms[name]!).toFixed(1).padStart(9))].join(""));
} finally {
  await rm(folder, { recursive: true, force: true });
}
