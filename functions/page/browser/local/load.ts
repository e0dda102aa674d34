/** A published model, from its manifest to a classifier in this browser: the decoders and engines that the server has too. */
import jpeg from "@cwasm/jpeg-turbo/jpeg-turbo.wasm?asset";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?asset";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm?asset";
import onnx from "onnxruntime-web/ort-wasm-simd-threaded.wasm?asset";
import { type Classifier, createClassifier } from "../../../../shared/classifier/classifier.ts";
import { systemClock } from "../../../../shared/classifier/clock.ts";
import type { Engine } from "../../../../shared/engine/engine.ts";
import { isPlanFile } from "../../../../shared/engine/lean/is-plan.ts";
import kernels from "../../../../shared/engine/lean/kernels.wasm?asset";
import { createLeanEngine } from "../../../../shared/engine/lean/lean.ts";
import { createWasmEngine } from "../../../../shared/engine/wasm.ts";
import { sha256 } from "../../../../shared/hash.ts";
import { nodeLimits } from "../../../../shared/limits.ts";
import type { Manifest } from "../../../../shared/manifest.ts";
import type { Codecs } from "../../../../shared/pixels/codecs.ts";
import { downloadAll } from "./download.ts";
import { keepFile, keptFile } from "./kept.ts";
import type { Progress } from "./messages.ts";

export interface LocalModel {
  manifest: Manifest;
  classifier: Classifier;
  dispose(): Promise<void>;
}

interface Platform {
  codecs: Codecs;
  engine: Engine;
}

/** Made once, with the first model; onnxruntime-web joins it with the first that needs it. */
let platform: Platform | undefined;
let binary: Uint8Array<ArrayBuffer> | undefined;

const startPlatform = async (files: readonly Uint8Array<ArrayBuffer>[]): Promise<Platform> => {
  const [jpeg, png, webp, kernels] = (await Promise.all(files.map((file) => WebAssembly.compile(file)))) as Modules;
  return { codecs: { jpeg, png, webp }, engine: createWasmEngine(createLeanEngine(kernels), async () => binary!) };
};

type Modules = [WebAssembly.Module, WebAssembly.Module, WebAssembly.Module, WebAssembly.Module];

/**
 * @param onProgress told of all that is fetched for it
 * @throws Error when a file does not come as the manifest has it, or this browser cannot run it
 */
export const loadModel = async (manifest: Manifest, onProgress: (progress: Progress) => void): Promise<LocalModel> => {
  const { name, version, serve, files, input } = manifest;
  const file = files.find(({ path }) => path === serve.web);
  if (!file) throw new Error(`the manifest serves ${serve.web}, which is not among its files`);
  const url = `/models/${name}/${version}/files/${file.path}`;
  const kept = await keptFile(url);
  const onnxToo = !isPlanFile(file.path) && binary === undefined;
  const more = await downloadAll(
    [
      ...(kept ? [] : [{ url, bytes: file.bytes }]),
      ...(onnxToo ? [onnx] : []),
      ...(platform ? [] : [jpeg, png, webp, kernels]),
    ],
    onProgress,
  );
  const bytes = kept ?? more.shift()!;
  if ((await sha256(bytes)) !== file.sha256) throw new Error(`${file.path} is not the file that its manifest names`);
  if (!kept) await keepFile(name, url, bytes);
  if (onnxToo) binary = more.shift()!;
  const { engine, codecs } = (platform ??= await startPlatform(more));
  const session = await engine.load({ bytes, precision: file.precision, size: input.size, verified: true });
  const classifier = createClassifier({
    ...{ manifest, session, engine, codecs },
    limits: nodeLimits.photo,
    clock: systemClock,
  });
  return { manifest, classifier, dispose: () => session.dispose() };
};
