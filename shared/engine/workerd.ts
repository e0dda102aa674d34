/**
 * The `workerd` engine, inside a Cloudflare Worker: plans run on the lean engine, ONNX files on onnxruntime-web.
 *
 * There onnxruntime-web has no URL to load its wasm from, and may not compile bytes; but wrangler compiles the imported .wasm
 * at upload. So the runtime is given eight marker bytes as its "binary", and the one call of `WebAssembly.instantiate` that
 * brings the marker is answered with the compiled module.
 */

import compiled from "onnxruntime-web/ort-wasm-simd-threaded.wasm";
import * as runtime from "onnxruntime-web/wasm";
import type { Engine } from "./engine.ts";
import { isPlan } from "./lean/is-plan.ts";
import kernels from "./lean/kernels.wasm";
import { createLeanEngine } from "./lean/lean.ts";
import { loadSession } from "./ort-session.ts";
import { webOptions } from "./web-options.ts";

/** A wasm header whose version spells "ortw": no real module begins so. */
const marker = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x6f, 0x72, 0x74, 0x77);

let prepared = false;

/** onnxruntime-web starts at the first `load` of an ONNX file. */
export const createWorkerdEngine = (): Engine => {
  if (!prepared) {
    prepared = true;
    runtime.env.wasm.numThreads = 1;
    runtime.env.wasm.wasmBinary = marker.buffer;
    answerMarkerOnce(compiled);
  }
  const lean = createLeanEngine(kernels);
  return {
    name: "workerd",
    kind: "web",
    load: (model) =>
      isPlan(model.bytes) ? lean.load(model) : loadSession(runtime, "workerd", model, webOptions(model)),
  };
};

/**
 * Every other caller's `instantiate` goes through untouched, whenever it comes, so nothing can race with the runtime's
 * start; the call with the marker puts the original back.
 */
const answerMarkerOnce = (module: WebAssembly.Module): void => {
  const original = WebAssembly.instantiate;
  const answer = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): Promise<unknown> => {
    if (!isMarker(source)) return original(source as BufferSource, imports);
    WebAssembly.instantiate = original;
    return { module, instance: new WebAssembly.Instance(module, imports) };
  };
  WebAssembly.instantiate = answer as typeof WebAssembly.instantiate;
};

const isMarker = (source: BufferSource | WebAssembly.Module): boolean => {
  if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source)) || source.byteLength !== marker.length)
    return false;
  const bytes =
    source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset);
  return marker.every((byte, i) => byte === bytes[i]);
};
