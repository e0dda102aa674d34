/** Node only: which engine runs the models here. */
import type { Engine } from "../shared/engine/engine.ts";
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";

export const engineChoices = ["auto", "native", "web"] as const;
export type EngineChoice = (typeof engineChoices)[number];

/**
 * `auto`: native where onnxruntime-node can be loaded, else web.
 * @throws Error naming the fix when the engine that was asked for is not installed
 */
export const chooseEngine = async (choice: EngineChoice): Promise<Engine> => {
  if (choice === "web") return createWebEngine();
  if (choice === "native") return createNativeEngine();
  return createNativeEngine().catch(createWebEngine);
};
