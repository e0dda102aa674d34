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

const readBinary = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return new Uint8Array(await readFile(file));
};

/**
 * @param binary onnxruntime-web's WebAssembly, where it does not lie in its package
 * @throws Error when it is not where the package keeps it
 */
export const createWebEngine = async (binary?: Uint8Array<ArrayBuffer>): Promise<Engine> => {
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary ??= (binary ?? (await readBinary())).buffer;
  return {
    name: "web",
    kind: "web",
    load: (model) => loadSession(runtime, "web", model, webOptions(model)),
  };
};
