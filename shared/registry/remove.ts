/** Deletes models and versions, and clears what killed publishers left. */
import { Problem } from "../problem.ts";
import type { ListedObject, Store } from "../store/store.ts";
import { MODELS, manifestKey, modelPrefix, parseKey, pointerKey, versionPrefix } from "./keys.ts";
import { changePointer } from "./promote.ts";
import { DamageError, readPointer } from "./read.ts";

/** So that no reader finds a manifest whose files are gone. */
const removeManifestsFirst = async (store: Store, objects: readonly ListedObject[]): Promise<void> => {
  const isManifest = ({ key }: ListedObject) => key.endsWith("/manifest.json");
  await store.remove(objects.filter(isManifest).map(({ key }) => key));
  await store.remove(objects.filter((object) => !isManifest(object)).map(({ key }) => key));
};

/** Versions that have no manifest are left out: someone may be writing them just now; what a killed publish left, `prune` takes. */
const publishedOnly = (objects: readonly ListedObject[]): ListedObject[] => {
  const versions = objects.map(({ key }) => parseKey(key));
  const whole = new Set(versions.filter((parsed) => parsed?.path === "manifest.json").map((parsed) => parsed!.version));
  return objects.filter((_, i) => versions[i] === undefined || whole.has(versions[i].version));
};

/**
 * Deletes one version, or the whole model when `version` is undefined: its pointer first, then manifests, then files.
 * @throws Problem 404 when there is nothing to delete
 * @throws Error when the version is the one that answers
 */
export const remove = async (store: Store, name: string, version?: string): Promise<void> => {
  if (version === undefined) {
    const objects = publishedOnly(await store.list(modelPrefix(name)));
    if (objects.length === 0) throw new Problem(404, `no model named ${name} is in ${store.url}`);
    await store.remove([pointerKey(name)]);
    return removeManifestsFirst(store, objects);
  }
  const objects = await store.list(versionPrefix(name, version));
  if (objects.length === 0) throw new Problem(404, `model ${name} has no version ${version} in ${store.url}`);
  await changePointer(store, name, (pointer) => {
    if (pointer?.version === version || pointer?.candidate?.version === version)
      throw new Error(
        `${version} is the version of ${name} that answers; promote another first, or remove the whole model`,
      );
    if (pointer?.previous !== version) return undefined;
    const { previous: _, ...rest } = pointer;
    return rest;
  });
  await removeManifestsFirst(store, objects);
};

export interface Pruned {
  /** Versions that never got their manifest. */
  orphans: { name: string; version: string; files: number; bytes: number }[];
  /** Half-written files and locks of killed processes. */
  leftovers: number;
  /** Models whose orphans were left, since nobody can read what their pointer names; and why. */
  left: { name: string; reason: string }[];
}

/**
 * Clears what killed publishers left behind: versions without a manifest that nobody has written to since `olderThan`,
 * which no pointer names, and the store's own leftovers of that age.
 */
export const prune = async (store: Store, { olderThan }: { olderThan: Date }): Promise<Pruned> => {
  const versions = new Map<string, { name: string; version: string; objects: ListedObject[]; whole: boolean }>();
  for (const object of await store.list(MODELS)) {
    const parsed = parseKey(object.key);
    if (parsed === undefined) continue;
    const { name, version, path } = parsed;
    const found = versions.get(`${name}/${version}`) ?? { name, version, objects: [], whole: false };
    found.objects.push(object);
    found.whole ||= path === "manifest.json";
    versions.set(`${name}/${version}`, found);
  }
  const orphans: Pruned["orphans"] = [];
  const left = new Map<string, string>();
  for (const { name, version, objects, whole } of versions.values()) {
    if (whole || left.has(name) || objects.some(({ modified }) => modified >= olderThan)) continue;
    const pointer = await readPointer(store, name).catch((error: unknown) => {
      if (!(error instanceof DamageError)) throw error;
      left.set(name, error.message);
      return undefined;
    });
    if (left.has(name)) continue;
    if (pointer?.pointer.version === version || (await store.get(manifestKey(name, version))) !== undefined) continue;
    await store.remove(objects.map(({ key }) => key));
    orphans.push({ name, version, files: objects.length, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) });
  }
  return {
    orphans,
    leftovers: (await store.sweep?.(olderThan)) ?? 0,
    left: [...left].map(([name, reason]) => ({ name, reason })),
  };
};
