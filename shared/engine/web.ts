/**
 * The `web` engine on Node: onnxruntime-web's WebAssembly build, one thread, its binary read from the package. It computes
 * what a browser and workerd compute, to the bit.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as runtime from "onnxruntime-web/wasm";
import type { Engine } from "./engine.ts";
import { loadSession } from "./ort-session.ts";
import { webOptions } from "./web-options.ts";

const binary = "onnxruntime-web/ort-wasm-simd-threaded.wasm";

/** @throws Error when onnxruntime-web's WebAssembly binary is not where the package keeps it */
export const createWebEngine = async (): Promise<Engine> => {
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary ??= new Uint8Array(await readFile(createRequire(import.meta.url).resolve(binary))).buffer;
  return {
    name: "web",
    kind: "web",
    load: (model) => loadSession(runtime, "web", model, webOptions(model)),
  };
};
