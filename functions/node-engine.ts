/** Node only: which engine runs the models here. */
import type { Engine } from "../shared/engine/engine.ts";
import { createNativeEngine } from "../shared/engine/native.ts";
import { createWebEngine } from "../shared/engine/web.ts";

export const engineChoices = ["auto", "native", "web"] as const;
export type EngineChoice = (typeof engineChoices)[number];

const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * `auto`: native where onnxruntime-node can be loaded, else web, and `tell` hears why.
 * @throws Error naming the fix when the engine that was asked for is not installed
 */
export const chooseEngine = async (choice: EngineChoice, tell: (line: string) => void = toStderr): Promise<Engine> => {
  if (choice === "web") return createWebEngine();
  try {
    return await createNativeEngine();
  } catch (cause) {
    const { message } = cause as Error;
    if (choice === "native")
      throw new Error(`${message}, or choose the web engine with \`--engine web\` or WHIPPET_ENGINE=web`, { cause });
    tell(`The web engine answers here: ${message}`);
    return createWebEngine();
  }
};
