/**
 * The Worker for models with a plan: the lean engine alone, a tenth of the script that onnxruntime-web would make of it.
 * Models without a plan are for `edge-onnx.ts`, or passed on to a server that runs them.
 */
import kernels from "../shared/engine/lean/kernels.wasm";
import { createLeanEngine } from "../shared/engine/lean/lean.ts";
import { createWorker } from "./edge/worker.ts";

export default createWorker({ createEngine: () => createLeanEngine(kernels), onnx: false });
