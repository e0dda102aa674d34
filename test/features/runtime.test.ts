import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { magic } from "../../shared/engine/lean/format.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { runtimeOf } from "../../training/features/runtime.ts";
import { packageVersion } from "../../training/provenance.ts";

const onnx = new Uint8Array(8);
const plan = Uint8Array.from(magic);

describe("what computes a model's outputs", () => {
  it("is a package in its version, for an ONNX file", async () => {
    expect(await runtimeOf(onnx, "native")).toBe(packageVersion("onnxruntime-node"));
    expect(await runtimeOf(onnx, "web")).toBe(packageVersion("onnxruntime-web"));
  });

  it("is our kernels to the byte, for a plan", async () => {
    const kernels = await readFile(join(packageRoot, "shared/engine/lean/kernels.wasm"));
    expect(await runtimeOf(plan, "web")).toBe(createHash("sha256").update(kernels).digest("hex"));
  });
});
