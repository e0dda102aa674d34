/** The `web` engine on Node: kernels and onnxruntime-web's WebAssembly are read from files. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Engine } from "./engine.ts";
import { createLeanNodeEngine } from "./lean/lean-node.ts";
import { createWasmEngine, type ReadBinary } from "./wasm.ts";

/** From its package. */
const readFromPackage: ReadBinary = async () => {
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return new Uint8Array(await readFile(file));
};

/**
 * @param readBinary gives onnxruntime-web's WebAssembly where it does not lie in its package
 * @throws Error when the lean engine's kernels are not where this package keeps them
 */
export const createWebEngine = async (readBinary: ReadBinary = readFromPackage): Promise<Engine> =>
  createWasmEngine(await createLeanNodeEngine(), readBinary);
