/**
 * The `web` engine on Node, all WebAssembly and one thread: plans run on the lean engine, ONNX files on onnxruntime-web, which
 * is brought up when the first of them is loaded. It computes what a browser and workerd compute, to the bit.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Engine } from "./engine.ts";
import { isPlan } from "./lean/is-plan.ts";
import { createLeanNodeEngine } from "./lean/lean-node.ts";
import { loadSession, type Runtime } from "./ort-session.ts";
import { webOptions } from "./web-options.ts";

/** onnxruntime-web's WebAssembly, from its package. */
const readFromPackage = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  return new Uint8Array(await readFile(file));
};

const startRuntime = async (readBinary: typeof readFromPackage): Promise<Runtime> => {
  const runtime = await import("onnxruntime-web/wasm");
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary ??= (await readBinary()).buffer;
  return runtime;
};

/**
 * @param readBinary gives onnxruntime-web's WebAssembly where it does not lie in its package; called when an ONNX file is loaded
 * @throws Error when the lean engine's kernels are not where this package keeps them
 */
export const createWebEngine = async (readBinary = readFromPackage): Promise<Engine> => {
  const lean = await createLeanNodeEngine();
  let runtime: Promise<Runtime> | undefined;
  return {
    name: "web",
    kind: "web",
    async load(model) {
      if (isPlan(model.bytes)) return lean.load(model);
      runtime ??= startRuntime(readBinary);
      return loadSession(await runtime, "web", model, webOptions(model));
    },
  };
};
