/** Decodes a PNG with Rust's png crate. A glue of our own, since @jsquash/png's keeps one instance, and a copy too many. */
import { layOverWhite } from "./alpha.ts";
import { instantiate } from "./codecs.ts";
import type { Pixels } from "./pixels.ts";

interface PngDecoder {
  memory: WebAssembly.Memory;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  /** Hands its result to the import that makes an ImageData. */
  decode(photo: number, bytes: number): number;
}

interface Decoded {
  at: number;
  bytes: number;
  width: number;
  height: number;
}

/**
 * @returns RGB laid over white, a view of the decoder's memory
 * @throws Error when the data is corrupt or ends early
 */
export const decodePng = (module: WebAssembly.Module, photo: Uint8Array): Pixels => {
  let decoded: Decoded | undefined;
  const unused = (what: string) => () => {
    throw new Error(`the PNG decoder called ${what}`);
  };
  const imports = {
    wbg: {
      __wbindgen_throw: unused("throw"),
      __wbindgen_memory: unused("memory"),
      __wbg_buffer_a448f833075b71ba: unused("buffer"),
      __wbg_newwithbyteoffsetandlength_099217381c451830: unused("new Uint16Array"),
      __wbindgen_object_drop_ref: unused("drop"),
      // `new ImageData(pixels, width, height)`, which hands over the pixels' memory
      __wbg_newwithownedu8clampedarrayandsh_91db5987993a08fb: (
        at: number,
        bytes: number,
        width: number,
        height: number,
      ) => {
        decoded = { at, bytes, width, height };
        return 0;
      },
    },
  };
  const decoder = instantiate<PngDecoder>(module, imports);
  const source = decoder.__wbindgen_malloc(photo.length, 1);
  new Uint8Array(decoder.memory.buffer, source >>> 0, photo.length).set(photo);
  decoder.decode(source, photo.length);
  if (!decoded) throw new Error("the PNG decoder gave no pixels");
  const { at, bytes, width, height } = decoded;
  return { data: layOverWhite(new Uint8Array(decoder.memory.buffer, at >>> 0, bytes)), width, height };
};
