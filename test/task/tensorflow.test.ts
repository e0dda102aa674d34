import { describe, expect, it } from "vitest";
import { openTensorFlow } from "../../training/task/tensorflow.ts";

const binding = (isUsingGpuDevice: boolean) => ({
  ready: async () => {},
  enableProdMode: () => {},
  backend: () => ({ isUsingGpuDevice }),
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
    await expect(openTensorFlow("gpu", () => binding(false))).rejects.toThrow(/sees no GPU; run on a GPU instance/);
    const missing = () => {
      throw new Error("Cannot find module");
    };
    await expect(openTensorFlow("gpu", missing)).rejects.toThrow(/cannot be loaded; use the container/);
  });
});
