/** The Worker for every model: plans run on the lean engine, ONNX files on onnxruntime-web. */
import { createWorkerdEngine } from "../shared/engine/workerd.ts";
import { createWorker } from "./edge/worker.ts";

export default createWorker({ createEngine: createWorkerdEngine, onnx: true });
