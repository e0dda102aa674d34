/** What a store has published. */
import type { Manifest, Pointer } from "../manifest.ts";
import type { Store } from "../store/store.ts";
import { modelPrefix, parseKey } from "./keys.ts";
import { modelNames, readManifest, readPointer } from "./read.ts";

export interface ListedModel {
  name: string;
  /** The version that answers, and since when; absent when the pointer cannot be read. `damage` says why. */
  version?: string;
  changed?: string;
  /** These are absent when the manifest cannot be read. */
  task?: Manifest["task"];
  labels?: number;
  created?: string;
  damage?: string;
}

/** Every model that answers, by name; one damaged model does not hide the others. */
export const listModels = async (store: Store): Promise<ListedModel[]> => {
  const models = await Promise.all(
    (await modelNames(store)).map(async (name): Promise<ListedModel | undefined> => {
      let listed: ListedModel = { name };
      try {
        const current = await readPointer(store, name);
        if (current === undefined) return undefined;
        const { version, changed } = current.pointer;
        listed = { name, version, changed };
        const { task, labels, created } = await readManifest(store, name, version);
        return { ...listed, task, labels: labels.length, created };
      } catch (error) {
        return { ...listed, damage: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  return models.filter((model) => model !== undefined);
};

/** Versions of a model that have a manifest, oldest first. */
export const listVersions = async (store: Store, name: string): Promise<string[]> =>
  (await store.list(modelPrefix(name)))
    .map(({ key }) => parseKey(key))
    .filter((parsed) => parsed?.path === "manifest.json")
    .map((parsed) => parsed!.version);

/**
 * The models that answer, the one promoted last at the end.
 * @throws DamageError when a pointer cannot be read
 */
export const answeringModels = async (store: Store): Promise<{ name: string; pointer: Pointer }[]> => {
  const pointers = await Promise.all(
    (await modelNames(store)).map(async (name) => ({ name, pointer: (await readPointer(store, name))?.pointer })),
  );
  return pointers
    .flatMap(({ name, pointer }) => (pointer === undefined ? [] : [{ name, pointer }]))
    .sort((a, b) => Date.parse(a.pointer.changed) - Date.parse(b.pointer.changed));
};

/** The model promoted last, which answers when a request names none; undefined when nothing is published. */
export const latestModel = async (store: Store): Promise<string | undefined> =>
  (await answeringModels(store)).at(-1)?.name;
