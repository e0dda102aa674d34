/** Node only: compiles the decoders from their npm packages, once. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";
import type { Codecs } from "./codecs.ts";

const { resolve } = createRequire(join(packageRoot, "package.json"));

const compile = async (file: string): Promise<WebAssembly.Module> => WebAssembly.compile(await readFile(resolve(file)));

let loading: Promise<Codecs> | undefined;

/** @throws Error when a decoder's package is not installed */
export const loadCodecs = (): Promise<Codecs> =>
  (loading ??= Promise.all([
    compile("@cwasm/jpeg-turbo/jpeg-turbo.wasm"),
    compile("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
  ]).then(([jpeg, png, webp]) => ({ jpeg, png, webp })));
