import { describe, expect, it } from "vitest";
import { findGpu, openTensorFlow } from "../../training/task/tensorflow.ts";

const binding = (isUsingGpuDevice: boolean) => ({
  ready: async () => {},
  enableProdMode: () => {},
  backend: () => ({ isUsingGpuDevice, binding: { TF_Version: "2.9.1" } }),
});

describe("what a task's head is trained on", () => {
  it("is the WebAssembly backend on a CPU", async () => {
    expect((await openTensorFlow("cpu")).getBackend()).toBe("wasm");
  });

  it("is the node binding on a GPU", async () => {
    const tf = binding(true);
    const loaded: string[] = [];
    const load = (name: string) => {
      loaded.push(name);
      return tf;
    };
    expect(await openTensorFlow("gpu", load)).toBe(tf);
    expect(loaded).toEqual(["@tensorflow/tfjs-node-gpu"]);
  });

  it("is never a CPU where a GPU was asked for", async () => {
    await expect(openTensorFlow("gpu", () => binding(false))).rejects.toThrow(/TensorFlow 2\.9\.1, but sees no GPU/);
    const broken = () => {
      throw new Error("libtensorflow.so.2: cannot open shared object file");
    };
    await expect(openTensorFlow("gpu", broken)).rejects.toThrow(
      /cannot be loaded \(libtensorflow.*--build-addon-from-source/,
    );
    // what Node itself says of a package that is not there
    await expect(openTensorFlow("gpu")).rejects.toThrow(/is not installed; it takes NVIDIA's driver .* CUDA 11 /);
  });

  it("says that a Node is too new for the binding, rather than fail in its midst", async () => {
    const found = await findGpu(() => binding(true), "24.1.0");
    expect(found).toEqual({ lacks: "@tensorflow/tfjs-node-gpu breaks on Node 24.1.0", fix: "npx node@22 …" });
  });
});
