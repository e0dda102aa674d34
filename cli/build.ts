/**
 * `prepack`: bundles the command and its worker threads into dist/, because Node strips no types under node_modules.
 * Packages stay outside the bundle; they are the tarball's dependencies. The target is the oldest Node we run on.
 */
import { cp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { writeCompressed } from "../functions/page/assets/build.ts";
import { packageRoot } from "../shared/package-root.ts";
import { writeRuntime } from "./export/runtime/build.ts";
import { RUNTIME } from "./export/runtime/files.ts";

/** Every module that a process or a worker thread starts from; `dist/` mirrors their places. */
export const entryPoints = ["cli/main.ts", "training/features/worker.ts", "functions/threads/worker.ts"];

await rm(join(packageRoot, "dist"), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: packageRoot,
  entryPoints,
  outbase: ".",
  outdir: "dist",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
  metafile: true,
});

// The lean engine reads its kernels from beside itself, wherever the bundler put it.
const lean = "shared/engine/lean";
for (const [bundle, { inputs }] of Object.entries(metafile.outputs))
  if (`${lean}/lean-node.ts` in inputs)
    await cp(join(packageRoot, lean, "kernels.wasm"), join(packageRoot, dirname(bundle), "kernels.wasm"));

// What the page loads on demand: functions/page/assets/node.ts reads it from there.
await writeCompressed(join(packageRoot, "dist/assets"));

// What an exported model runs with.
await writeRuntime(join(packageRoot, "dist", RUNTIME));
