/** What a model's page shows, read from the store. */
import type { Manifest, Pointer } from "../../../shared/manifest.ts";
import { versionPrefix } from "../../../shared/registry/keys.ts";
import { listVersions, readManifest } from "../../../shared/registry.ts";
import type { Store } from "../../../shared/store/store.ts";
import { readAnswering } from "../../models/current-manifest.ts";
import { REPORT } from "../../models/report.ts";
import { type ModelMetrics, parseMetrics } from "./metrics.ts";

export interface ModelView {
  manifest: Manifest;
  metrics: ModelMetrics;
  /** Whether the version has them as a file, whatever is in it. */
  measured: boolean;
  pointer: Pointer;
  /** Oldest first. */
  versions: readonly string[];
  /** Who may read the version's report, where it has one. */
  report: "anyone" | "owner" | undefined;
}

/**
 * @param owned whether the server knows an owner
 * @throws Problem 404 when there is no such model
 */
export const readModelView = async (store: Store, name: string, owned: boolean): Promise<ModelView> => {
  const pointer = await readAnswering(store, name);
  const files = versionPrefix(name, pointer.version);
  const [manifest, metrics, versions, reports] = await Promise.all([
    readManifest(store, name, pointer.version),
    store.get(`${files}metrics.json`),
    listVersions(store, name),
    store.list(files + REPORT),
  ]);
  const reader = manifest.publicPhotos ? "anyone" : owned ? "owner" : undefined;
  const report = reports.length > 0 ? reader : undefined;
  return {
    manifest,
    metrics: parseMetrics(metrics?.bytes),
    measured: metrics !== undefined,
    pointer,
    versions,
    report,
  };
};
