/** The entry on Lambda with WebAssembly: the lean engine for plans, onnxruntime-web for ONNX files, on every processor. */
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createWebEngine } from "../../shared/engine/web.ts";
import { assetsInFolder } from "../page/assets/folder.ts";
import { startLambda } from "./start.ts";

/** The build lays it beside the bundle once: compressed, as browsers get it. */
const readBinary = async () => {
  const folder = fileURLToPath(new URL("assets", import.meta.url));
  const name = (await readdir(folder)).find((file) => file.startsWith("ort-wasm-simd-threaded-"))!;
  return new Uint8Array((await assetsInFolder(folder).read(name.replace(/\.br$/, ""), "identity"))!);
};

export const handler = await startLambda(await createWebEngine(readBinary));
