/** What a model's page shows, read from the store. */
import type { Manifest, Pointer } from "../../../shared/manifest.ts";
import { Problem } from "../../../shared/problem.ts";
import { versionPrefix } from "../../../shared/registry/keys.ts";
import { listVersions, readManifest, readPointer } from "../../../shared/registry.ts";
import type { Store } from "../../../shared/store/store.ts";
import { type ModelMetrics, parseMetrics } from "./metrics.ts";

export interface ModelView {
  manifest: Manifest;
  metrics: ModelMetrics;
  pointer: Pointer;
  /** Oldest first. */
  versions: readonly string[];
}

/** @throws Problem 404 when there is no such model */
export const readModelView = async (store: Store, name: string): Promise<ModelView> => {
  const current = await readPointer(store, name);
  if (!current) throw new Problem(404, `there is no model ${name} here; GET /models lists those that are published`);
  const { pointer } = current;
  const [manifest, metrics, versions] = await Promise.all([
    readManifest(store, name, pointer.version),
    store.get(`${versionPrefix(name, pointer.version)}metrics.json`),
    listVersions(store, name),
  ]);
  return { manifest, metrics: parseMetrics(metrics?.bytes), pointer, versions };
};
