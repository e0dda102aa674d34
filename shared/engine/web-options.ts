/** Session options of onnxruntime-web, the same on Node, in a browser and in workerd, or their answers would differ. */
import type { ModelSource } from "./engine.ts";
import type { SessionOptions } from "./ort-session.ts";

/**
 * Published int8 forms were optimised ahead (`training/export/optimise-ahead.ts`), so that loading one need not repeat it:
 * that halves the time to the first answer. Float forms are optimised here.
 */
export const webOptions = ({ precision }: ModelSource): SessionOptions => ({
  executionProviders: ["wasm"],
  graphOptimizationLevel: precision === "int8" || precision === "int8-weights" ? "disabled" : "all",
  logSeverityLevel: 3,
});
