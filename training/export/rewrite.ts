/** Rewrites a model by ONNX Runtime's own graph optimizer, offline: the only way to have its result is a file. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importNativeRuntime } from "../../shared/engine/native-runtime.ts";
import { type Model, readModel, writeModel } from "../../shared/onnx/model.ts";

/**
 * @param level `basic`: standard ONNX operators only, constants folded, batch normalisation merged into convolutions.
 *   `extended`: also ONNX Runtime's own fused operators for a CPU
 * @throws Error when ONNX Runtime refuses the model, with its reason
 */
export const rewrite = async (model: Model, level: "basic" | "extended"): Promise<Model> => {
  const { InferenceSession } = await importNativeRuntime();
  const folder = await mkdtemp(join(tmpdir(), "whippet-"));
  try {
    const optimizedModelFilePath = join(folder, "model.onnx");
    const session = await InferenceSession.create(writeModel(model), {
      graphOptimizationLevel: level,
      optimizedModelFilePath,
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    await session.release();
    return tidy(readModel(await readFile(optimizedModelFilePath)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Leaves out what ONNX Runtime infers again and sorts what it keeps in hash tables: equal models are equal bytes. */
const tidy = (model: Model): Model => {
  const { graph } = model;
  const domains = new Set(graph.node.map(({ domain }) => domain));
  model.opsetImport = model.opsetImport.filter(({ domain }) => domain === "" || domains.has(domain));
  graph.valueInfo = [];
  graph.initializer.sort((a, b) => (a.name < b.name ? -1 : 1));
  return model;
};
