/** A published model, loaded to answer from the terminal as the local server would. */

import { type RunningModel, readVersion, startModel } from "../functions/models/running.ts";
import { chooseEngine, type EngineChoice } from "../functions/node-engine.ts";
import { systemClock } from "../shared/classifier/clock.ts";
import { nodeLimits } from "../shared/limits.ts";
import { loadCodecs } from "../shared/pixels/codecs-node.ts";
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

export const openPublishedModel = async (
  store: Store,
  name: string | undefined,
  engineChoice: EngineChoice,
): Promise<RunningModel> => {
  const { manifest } = await readCurrent(store, await modelNamed(store, name));
  const engine = await chooseEngine(engineChoice);
  const verified = await readVersion({ store, engine }, manifest.name, manifest.version);
  return startModel({ engine, codecs: await loadCodecs(), limits: nodeLimits.photo, clock: systemClock }, verified);
};
