/** Whether this browser can run a model at all. */

/** The least module with an instruction of fixed-width SIMD, `i8x16.splat`, which the lean engine's kernels are made of. */
const simd = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // types: () -> v128; functions: one of it; code: i32.const 0, i8x16.splat
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
);

/** @returns what is lacking, as the end of a sentence that begins with the browser; undefined where it can */
export const lacking = (): string | undefined => {
  // Web Crypto, which checks the model's sha256, is for secure contexts alone
  if (!isSecureContext) return "runs models only on pages that come by https";
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(simd)) return "has no WebAssembly with SIMD";
  if (typeof Worker === "undefined") return "has no workers";
  return undefined;
};
