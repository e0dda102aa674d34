/**
 * Decodes a WebP with libwebp. A glue of our own around @jsquash/webp's module, since the package's keeps one instance,
 * needs its script to find itself, and copies the pixels twice. The module exports one C++ function through Emscripten's
 * embind, `decode(std::string): ImageData | null`; only what that call needs is here.
 */
import { layOverWhite } from "./alpha.ts";
import { instantiate } from "./codecs.ts";
import type { Pixels } from "./pixels.ts";

/** The build's short names for what it exports. */
interface WebpDecoder {
  /** memory */
  s: WebAssembly.Memory;
  /** __wasm_call_ctors: registers the functions */
  t(): void;
  /** malloc */
  u(bytes: number): number;
  /** the function table */
  y: WebAssembly.Table;
}

const PAGE = 65_536;

/** Thrown out of the module as soon as its pixels are known: it would free them before it returned. */
class PixelsReady extends Error {}

const nothing = (): void => {};

/**
 * @param memory the most bytes that the decoder may take: a hostile file can ask for far more than its header tells
 * @returns RGB laid over white, a view of the decoder's memory
 * @throws Error when the data is corrupt or ends early, or asks for more memory
 */
export const decodeWebp = (module: WebAssembly.Module, photo: Uint8Array, memory: number): Pixels => {
  let invoker = 0;
  let decode = 0;
  let pixels = { at: 0, bytes: 0 };
  let size = { width: 0, height: 0 };
  const word = (at: number, index: number) => new Uint32Array(decoder.s.buffer, at, index + 1)[index]!;
  const nameAt = (at: number) => String.fromCharCode(...new Uint8Array(decoder.s.buffer, at, 6));

  const construct = (_type: number, count: number, _types: number, values: number): number => {
    if (count === 1) {
      // new Uint8ClampedArray(view)
      pixels = { bytes: word(values, 0), at: word(values, 1) };
      return 0;
    }
    // new ImageData(pixels, width, height); each value takes eight bytes
    size = { width: word(values, 2), height: word(values, 4) };
    throw new PixelsReady();
  };
  const stop = () => {
    throw new Error("libwebp gave up");
  };
  const decoder: WebpDecoder = instantiate<WebpDecoder>(module, {
    a: {
      // embind's registrations of types, whose conversions we do by hand
      ...{ a: nothing, b: nothing, f: nothing, g: nothing, k: nothing, l: nothing, m: nothing, o: nothing, r: nothing },
      // _embind_register_function(name, argCount, argTypes, signature, rawInvoker, function)
      c: (name: number, _count: number, _types: number, _signature: number, rawInvoker: number, pointer: number) => {
        if (nameAt(name) !== "decode") return;
        invoker = rawInvoker;
        decode = pointer;
      },
      // reference counts of JavaScript values, and looking up `Uint8ClampedArray` and `ImageData`
      ...{ d: nothing, i: nothing, e: () => 0 },
      h: construct,
      j: stop,
      n: stop,
      // memcpy of large blocks
      q: (to: number, from: number, bytes: number) =>
        new Uint8Array(decoder.s.buffer).copyWithin(to >>> 0, from >>> 0, (from >>> 0) + bytes),
      // grows the memory to at least `bytes`, and says whether it could
      p: (bytes: number) => {
        if (bytes >>> 0 > memory) return 0;
        const missing = (bytes >>> 0) - decoder.s.buffer.byteLength;
        try {
          decoder.s.grow(Math.ceil(missing / PAGE));
          return 1;
        } catch {
          return 0;
        }
      },
    },
  });
  decoder.t();
  // a std::string as embind passes it: its length, then its bytes
  const text = decoder.u(4 + photo.length);
  if (text === 0) throw new Error(`no ${photo.length} bytes left`);
  new Uint32Array(decoder.s.buffer, text, 1)[0] = photo.length;
  new Uint8Array(decoder.s.buffer, text + 4, photo.length).set(photo);
  const invoke = decoder.y.get(invoker) as (decode: number, text: number) => number;
  try {
    invoke(decode, text);
  } catch (cause) {
    if (!(cause instanceof PixelsReady)) throw cause;
    return { data: layOverWhite(new Uint8Array(decoder.s.buffer, pixels.at, pixels.bytes)), ...size };
  }
  throw new Error("libwebp met corrupt or missing data");
};
