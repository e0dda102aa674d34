/** What computes a model's outputs, by which those that are kept are found again: another runtime may give other ones. */
import { createHash } from "node:crypto";
import type { EngineKind } from "../../shared/engine/engine.ts";
import { isPlan } from "../../shared/engine/lean/is-plan.ts";
import { readKernels } from "../../shared/engine/lean/lean-node.ts";
import { packageVersion } from "../provenance.ts";

/** @returns the package's version, or the digest of our own kernels where the model is a plan for them */
export const runtimeOf = async (bytes: Uint8Array, engine: EngineKind): Promise<string> => {
  if (engine === "native") return packageVersion("onnxruntime-node");
  if (!isPlan(bytes)) return packageVersion("onnxruntime-web");
  return createHash("sha256")
    .update(await readKernels())
    .digest("hex");
};
