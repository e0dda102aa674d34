/** Decodes a PNG with Rust's png crate. A glue of our own, since @jsquash/png's keeps one instance, and a copy too many. */
import { layOverWhite } from "./alpha.ts";
import { ByteReader } from "./bytes.ts";
import { instantiate } from "./codecs.ts";
import { formatNames } from "./header.ts";
import type { Pixels } from "./pixels.ts";

interface PngDecoder {
  memory: WebAssembly.Memory;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  /** Hands its result to the import that makes an ImageData. */
  decode(photo: number, bytes: number): number;
}

/** All that decides pixels. What else a PNG may carry (profiles, texts, frames of an animation) can be a bomb of its own. */
const chunksKept = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const SIGNATURE_BYTES = 8;

/** The parts of the file to give to the decoder: the signature and each chunk that decides pixels. */
const partsToDecode = (photo: Uint8Array): Uint8Array[] => {
  const reader = new ByteReader(photo, formatNames.png);
  const parts = [photo.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES; at + 12 <= photo.length; ) {
    const end = at + 12 + reader.big32(at);
    const type = reader.text(at + 4, 4);
    if (chunksKept.has(type)) parts.push(photo.subarray(at, end));
    if (type === "IEND") break;
    at = end;
  }
  return parts;
};

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
  const parts = partsToDecode(photo);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const source = decoder.__wbindgen_malloc(length, 1) >>> 0;
  const copy = new Uint8Array(decoder.memory.buffer, source, length);
  let at = 0;
  for (const part of parts) {
    copy.set(part, at);
    at += part.length;
  }
  decoder.decode(source, length);
  if (!decoded) throw new Error("the PNG decoder gave no pixels");
  const { width, height } = decoded;
  return { data: layOverWhite(new Uint8Array(decoder.memory.buffer, decoded.at >>> 0, decoded.bytes)), width, height };
};
