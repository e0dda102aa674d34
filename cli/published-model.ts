/** A published model, loaded to answer from the terminal as the local server would. */

import { type RunningModel, readVersion, startModel } from "../functions/models/running.ts";
import { chooseEngine, type EngineChoice } from "../functions/node-engine.ts";
import { createThreads } from "../functions/threads/threads.ts";
import { nodeLimitsOn } from "../shared/limits.ts";
import { machineMemory } from "../shared/machine-memory.ts";
import { latestModel, readCurrent, readPointer } from "../shared/registry.ts";
import type { Store } from "../shared/store/store.ts";

/** @throws Error when there is no such model, or none at all, naming the command that helps */
export const modelNamed = async (store: Store, name: string | undefined): Promise<string> => {
  if (name !== undefined && (await readPointer(store, name)) === undefined)
    throw new Error(`no model named ${name} is published in ${store.url}; npx whippet models lists those that are`);
  const found = name ?? (await latestModel(store));
  if (found === undefined)
    throw new Error(`nothing is published in ${store.url} yet; publish a model with: npx whippet train <photos>`);
  return found;
};

/** In a worker thread, so that a photo that takes too long fails alone, as it would at the URL. */
export const openPublishedModel = async (
  store: Store,
  name: string | undefined,
  engineChoice: EngineChoice,
  tell: (line: string) => void,
): Promise<RunningModel> => {
  const { manifest } = await readCurrent(store, await modelNamed(store, name));
  const engine = await chooseEngine(engineChoice, tell);
  const verified = await readVersion({ store, engine }, manifest.name, manifest.version);
  const { photo: limits, request } = nodeLimitsOn(machineMemory(), 1);
  // the photo's own answer says that it was given up
  const log = () => undefined;
  const threads = createThreads({ engine: engine.kind, limits, count: 1, patience: request.patience, log });
  try {
    return { ...(await startModel(threads.load, verified)), dispose: threads.close };
  } catch (error) {
    await threads.close();
    throw error;
  }
};
