/** What runs an exported model in browsers and in Node. */
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isCheckout, packageRoot } from "../../../shared/package-root.ts";

/** Of whippet.js, below dist/ in the package. */
export const RUNTIME = "export";

/** Of packages that Whippet depends on, by the names that open-model.ts reads them by. */
const decoders = {
  "jpeg.wasm": "@cwasm/jpeg-turbo/jpeg-turbo.wasm",
  "png.wasm": "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  "webp.wasm": "@jsquash/webp/codec/dec/webp_dec.wasm",
};
const onnxRuntime = { "onnxruntime.wasm": "onnxruntime-web/ort-wasm-simd-threaded.wasm" };
const isOnnxScript = (name: string): boolean => name.startsWith("ort.");

/** In the checkout made of its sources, in the package as `prepack` wrote it. */
const scripts = async (): Promise<Map<string, Uint8Array>> => {
  if (isCheckout) {
    // esbuild is the checkout's alone, so this must not find its way into a bundle
    const { buildRuntime } = (await import(new URL("build.ts", import.meta.url).href)) as typeof import("./build.ts");
    return buildRuntime();
  }
  const folder = join(packageRoot, "dist", RUNTIME);
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
};

/** @param onnx whether the model is an ONNX file, and no plan */
export const runtimeFiles = async (onnx: boolean): Promise<[name: string, bytes: Uint8Array][]> => {
  const { resolve } = createRequire(join(packageRoot, "package.json"));
  const binaries = Object.entries({ ...decoders, ...(onnx && onnxRuntime) });
  return [
    ...[...(await scripts())].filter(([name]) => onnx || !isOnnxScript(name)),
    ...(await Promise.all(
      binaries.map(async ([name, file]): Promise<[string, Uint8Array]> => [name, await readFile(resolve(file))]),
    )),
  ];
};
