/** Reads a version as a server does. */
import { readCurrent, readFile, readProbes } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";

/**
 * Reads everything of the version that answers, and returns that version.
 * @throws when anything of it is missing or damaged
 */
export const readWhole = async (store: Store, name = "dogs"): Promise<string> => {
  const { manifest } = await readCurrent(store, name);
  for (const { path } of manifest.files) await readFile(store, manifest, path);
  for (const { file } of (await readProbes(store, manifest)).probes) await readFile(store, manifest, `probes/${file}`);
  return manifest.version;
};
