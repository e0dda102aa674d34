/** What a store has published. */
import type { Manifest } from "../manifest.ts";
import type { Store } from "../store/store.ts";
import { modelPrefix, parseKey } from "./keys.ts";
import { modelNames, readManifest, readPointer } from "./read.ts";

export interface ListedModel {
  name: string;
  /** The version that answers. */
  version: string;
  /** When it began to, as the pointer says. */
  changed: string;
  /** Absent when its manifest cannot be read; then `damage` says why. */
  task?: Manifest["task"];
  labels?: number;
  created?: string;
  damage?: string;
}

/** Every model that answers, by name; one damaged model does not hide the others. */
export const listModels = async (store: Store): Promise<ListedModel[]> => {
  const models = await Promise.all(
    (await modelNames(store)).map(async (name): Promise<ListedModel | undefined> => {
      const current = await readPointer(store, name);
      if (current === undefined) return undefined;
      const { version, changed } = current.pointer;
      try {
        const { task, labels, created } = await readManifest(store, name, version);
        return { name, version, changed, task, labels: labels.length, created };
      } catch (error) {
        return { name, version, changed, damage: error instanceof Error ? error.message : String(error) };
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

/** The model promoted last, which answers when a request names none; undefined when nothing is published. */
export const latestModel = async (store: Store): Promise<string | undefined> => {
  const pointers = await Promise.all(
    (await modelNames(store)).map(async (name) => ({ name, read: await readPointer(store, name) })),
  );
  let latest: { name: string; changed: number } | undefined;
  for (const { name, read } of pointers) {
    const changed = read === undefined ? Number.NEGATIVE_INFINITY : Date.parse(read.pointer.changed);
    if (read !== undefined && (latest === undefined || changed > latest.changed)) latest = { name, changed };
  }
  return latest?.name;
};
