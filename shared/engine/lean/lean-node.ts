/** The `lean` engine on Node: its kernels are read from the file beside this one. */
import { readFile } from "node:fs/promises";
import type { Engine } from "../engine.ts";
import { createLeanEngine } from "./lean.ts";

export const readKernels = (): Promise<Uint8Array<ArrayBuffer>> => readFile(new URL("kernels.wasm", import.meta.url));

/** @throws Error when the kernels are missing, or this Node has no fixed-width SIMD */
export const createLeanNodeEngine = async (): Promise<Engine> =>
  createLeanEngine(await WebAssembly.compile(await readKernels()));
