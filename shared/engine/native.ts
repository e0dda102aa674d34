/** The `native` engine: onnxruntime-node, the fastest, where its binary is installed. */
import type { Engine, ModelSource } from "./engine.ts";
import { importNativeRuntime } from "./native-runtime.ts";
import { loadSession, type SessionOptions } from "./ort-session.ts";
import { int8Saturates } from "./saturation.ts";

/**
 * @param options.threads of one run; 1 by default, since pools run one session per core
 * @throws Error naming onnxruntime-node and the fix when the package or its binary is missing
 */
export const createNativeEngine = async (options: { threads?: number } = {}): Promise<Engine> => {
  const runtime = await importNativeRuntime();
  const saturates = await int8Saturates(runtime);
  const { threads = 1 } = options;
  return {
    name: "native",
    kind: "native",
    load: (model) => loadSession(runtime, "native", model, nativeOptions(model, threads, saturates)),
  };
};

const nativeOptions = ({ precision }: ModelSource, threads: number, saturates: boolean): SessionOptions => ({
  graphOptimizationLevel: "all",
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: {
    session: {
      // A spinning thread burns a core between runs and slows its neighbours down.
      intra_op: { allow_spinning: "0" },
      // Turns int8 weights to uint8, which is exact everywhere but takes twice the time where it is not needed.
      ...(precision === "int8" && saturates && { x64quantprecision: "1" }),
      // Folds int8 weights back to float once, at load; otherwise each run dequantizes them again.
      ...(precision === "int8-weights" && { disable_quant_qdq: "1" }),
    },
  },
});
