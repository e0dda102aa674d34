/**
 * A model that lies beside this script, in a browser or in Node: the decoders, the crop, the engine and the calibration that
 * Whippet's servers have. It needs nothing but the files of its folder.
 */
import { type Answer, type ClassifyOptions, createClassifier } from "../../../shared/classifier/classifier.ts";
import { systemClock } from "../../../shared/classifier/clock.ts";
import { createLeanEngine } from "../../../shared/engine/lean/lean.ts";
import { createWasmEngine } from "../../../shared/engine/wasm.ts";
import { sha256 } from "../../../shared/hash.ts";
import { nodeLimits } from "../../../shared/limits.ts";
import type { Manifest } from "../../../shared/manifest.ts";
import type { Probes } from "../../../shared/probe.ts";
import { compareProbe, type Difference } from "../../../shared/verify/compare.ts";

export interface SelfTest {
  passed: boolean;
  /** Of each probe photo: the first stage at which it comes out differently here, if any. */
  verdicts: { file: string; difference?: Difference }[];
}

export interface Model {
  manifest: Manifest;
  /**
   * @param photo a JPEG, PNG or WebP
   * @throws Problem when it cannot be read
   */
  classify(photo: Uint8Array, options?: ClassifyOptions): Promise<Answer>;
  selfTest(): Promise<SelfTest>;
}

const read = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
  const url = new URL(path, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}; the folder must be served whole`);
  return new Uint8Array(await response.arrayBuffer());
};

const readJson = async <Data>(path: string): Promise<Data> => JSON.parse(new TextDecoder().decode(await read(path)));

const compile = async (path: string): Promise<WebAssembly.Module> => WebAssembly.compile(await read(path));

/** @throws Error when a file is missing or damaged, or this platform cannot run it */
export const openModel = async (): Promise<Model> => {
  if (globalThis.crypto?.subtle === undefined)
    throw new Error("browsers check and run models only on pages that come by https, or from localhost");
  const manifest = await readJson<Manifest>("manifest.json");
  const { path, precision, sha256: expected } = manifest.files.find(({ path }) => path === manifest.serve.web)!;
  const [bytes, jpeg, png, webp, kernels] = await Promise.all([
    read(path),
    ...(["jpeg.wasm", "png.wasm", "webp.wasm", "kernels.wasm"].map(compile) as Modules),
  ]);
  if ((await sha256(bytes)) !== expected) throw new Error(`${path} is damaged; export the model again`);
  const engine = createWasmEngine(createLeanEngine(kernels), () => read("onnxruntime.wasm"));
  const session = await engine.load({ bytes, precision, size: manifest.input.size, verified: true });
  const { classify } = createClassifier({
    ...{ manifest, session, engine, codecs: { jpeg, png, webp } },
    limits: nodeLimits.photo,
    clock: systemClock,
  });
  return {
    manifest,
    classify,
    async selfTest() {
      const { probes, tolerance } = await readJson<Probes>("probes/probes.json");
      const verdicts: SelfTest["verdicts"] = [];
      for (const probe of probes) {
        const { trace, ...answer } = await classify(await read(`probes/${probe.file}`), { trace: true });
        const difference = compareProbe({ ...answer, trace: trace! }, probe, tolerance, manifest);
        verdicts.push({ file: probe.file, ...(difference && { difference }) });
      }
      return { passed: verdicts.every(({ difference }) => difference === undefined), verdicts };
    },
  };
};

type Modules = [
  Promise<WebAssembly.Module>,
  Promise<WebAssembly.Module>,
  Promise<WebAssembly.Module>,
  Promise<WebAssembly.Module>,
];
