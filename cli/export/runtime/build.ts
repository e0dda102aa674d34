/**
 * Makes what an exported folder runs a model with, in browsers and in Node: `whippet.js`, and the kernels of the lean engine.
 * onnxruntime-web is a script of its own, for models without a plan. The same sources give the same bytes.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../../../shared/package-root.ts";

/** @returns the files by name */
export const buildRuntime = async (): Promise<Map<string, Uint8Array>> => {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { whippet: "cli/export/runtime/open-model.ts" },
    outdir: "runtime",
    chunkNames: "[name]",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: ["chrome120", "firefox121", "safari17", "node20"],
    charset: "utf8",
    // Node's own modules, which are asked for only there
    external: ["node:*", "module", "fs", "path", "url", "worker_threads"],
    logLevel: "warning",
  });
  const kernels = await readFile(join(packageRoot, "shared/engine/lean/kernels.wasm"));
  return new Map([
    ["kernels.wasm", kernels],
    ...outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
  ]);
};

export const writeRuntime = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of await buildRuntime()) await writeFile(join(folder, name), bytes);
};
