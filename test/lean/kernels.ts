/** The lean engine's kernels, compiled. */
import { readFile } from "node:fs/promises";

export const kernels = await WebAssembly.compile(
  await readFile(new URL("../../shared/engine/lean/kernels.wasm", import.meta.url)),
);
