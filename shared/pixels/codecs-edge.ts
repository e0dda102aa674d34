/** The Worker's decoders: wrangler compiles each imported .wasm when it uploads the script. */
import jpeg from "@cwasm/jpeg-turbo/jpeg-turbo.wasm";
import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm";
import type { Codecs } from "./codecs.ts";

export const codecs: Codecs = { jpeg, png, webp };
