import { describe, expect, it } from "vitest";
import { openTensorFlow } from "../../training/task/tensorflow.ts";

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
    expect(await openTensorFlow("gpu", { load })).toBe(tf);
    expect(loaded).toEqual(["@tensorflow/tfjs-node-gpu"]);
  });

  it("is never a CPU where a GPU was asked for", async () => {
    await expect(openTensorFlow("gpu", { load: () => binding(false) })).rejects.toThrow(
      /TensorFlow 2\.9\.1, but sees no GPU/,
    );
    const broken = () => {
      throw new Error("libtensorflow.so.2: cannot open shared object file");
    };
    await expect(openTensorFlow("gpu", { load: broken })).rejects.toThrow(
      /cannot be loaded \(libtensorflow.*--build-addon-from-source/,
    );
    // what Node itself says of a package that is not there
    await expect(openTensorFlow("gpu")).rejects.toThrow(/is not installed; it takes NVIDIA's driver .* CUDA 11 /);
  });

  it("is the binding of a CPU for blocks, where somebody installed it", async () => {
    const tf = binding(false);
    const loaded: string[] = [];
    const load = (name: string) => {
      loaded.push(name);
      return tf;
    };
    expect(await openTensorFlow("cpu", { blocks: true, load })).toBe(tf);
    expect(loaded).toEqual(["@tensorflow/tfjs-node"]);
    expect((await openTensorFlow("cpu", { load })).getBackend()).toBe("wasm");
  });

  it("is WebAssembly for blocks where there is no binding, and an error where it is broken", async () => {
    expect((await openTensorFlow("cpu", { blocks: true })).getBackend()).toBe("wasm");
    const broken = () => {
      throw new Error("libtensorflow.so.2: cannot open shared object file");
    };
    await expect(openTensorFlow("cpu", { blocks: true, load: broken })).rejects.toThrow(
      /^@tensorflow\/tfjs-node is there, but cannot be loaded \(libtensorflow.*npm rebuild .* or remove it$/,
    );
  });
});
