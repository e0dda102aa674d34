import { describe, expect, it } from "vitest";
import { importNativeRuntime } from "../../shared/engine/native-runtime.ts";
import { int8Saturates } from "../../shared/engine/saturation.ts";

/** ONNX Runtime whose products of largest numbers come out as `product`. */
const runtimeGiving = async (product: number): Promise<Awaited<ReturnType<typeof importNativeRuntime>>> => {
  const real = await importNativeRuntime();
  const session = { run: async () => ({ products: { data: Int32Array.of(product) } }), release: async () => undefined };
  return { ...real, Tensor: real.Tensor, InferenceSession: { create: async () => session } as never };
};

describe("int8Saturates", () => {
  it("believes a processor whose products are exact", async () => {
    expect(await int8Saturates(await runtimeGiving(64 * 255 * 127))).toBe(false);
  });

  it("catches one that cuts the sum of two products at 32767, as an emulated Haswell did", async () => {
    expect(await int8Saturates(await runtimeGiving(32 * 32767))).toBe(true);
  });

  it("gets an answer from this machine's own runtime", async () => {
    expect(typeof (await int8Saturates(await importNativeRuntime()))).toBe("boolean");
  });
});
