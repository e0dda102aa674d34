/**
 * The `web` engine, all WebAssembly and one thread: plans run on the lean engine, ONNX files on onnxruntime-web, which is
 * brought up when the first of them is loaded. Node and browsers each have their own way to the two; what they compute is the
 * same, to the bit, and what workerd computes.
 */
import type { Engine } from "./engine.ts";
import { isPlan } from "./lean/is-plan.ts";
import { loadSession, type Runtime } from "./ort-session.ts";
import { webOptions } from "./web-options.ts";

/** Gives onnxruntime-web's WebAssembly; called when an ONNX file is loaded. */
export type ReadBinary = () => Promise<Uint8Array<ArrayBuffer>>;

const startRuntime = async (readBinary: ReadBinary): Promise<Runtime> => {
  const [runtime, binary] = await Promise.all([import("onnxruntime-web/wasm"), readBinary()]);
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary ??= binary.buffer;
  return runtime;
};

export const createWasmEngine = (lean: Engine, readBinary: ReadBinary): Engine => {
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
