/** The decoders' compiled wasm modules, and how each photo gets an instance of its own. */
import { Problem } from "../problem.ts";

/** Compiled once and passed in: workerd may not compile, only instantiate. */
export interface Codecs {
  /** libjpeg-turbo, of @cwasm/jpeg-turbo. */
  jpeg: WebAssembly.Module;
  /** Rust's png, of @jsquash/png. */
  png: WebAssembly.Module;
  /** libwebp, of @jsquash/webp. */
  webp: WebAssembly.Module;
}

/**
 * A fresh instance. wasm memory never shrinks, so one that is kept would stay as large as the largest photo it ever saw,
 * and a hostile photo's leftovers would meet the next one; one that is dropped is collected whole.
 *
 * @typeParam Exports what the module is known to export
 * @throws Problem 503 when there is no memory for it
 */
export const instantiate = <Exports>(module: WebAssembly.Module, imports: WebAssembly.Imports): Exports => {
  try {
    return new WebAssembly.Instance(module, imports).exports as Exports;
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Problem(503, "no memory left to decode this photo; try again in a moment", { cause, retryAfter: 1 });
    throw cause;
  }
};
