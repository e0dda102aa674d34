/** The entry on Lambda with WebAssembly: the lean engine for plans, onnxruntime-web for ONNX files, on every processor. */
import { readFile } from "node:fs/promises";
import { createWebEngine } from "../../shared/engine/web.ts";
import { startLambda } from "./start.ts";

/** The build lays it beside the bundle. */
const readBinary = async () => new Uint8Array(await readFile(new URL("ort-wasm-simd-threaded.wasm", import.meta.url)));

export const handler = await startLambda(await createWebEngine(readBinary));
