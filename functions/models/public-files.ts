/** What of a published model anyone may read: its manifest, the files that the manifest vouches for, and its metrics. */
import { contentTypeOf } from "../../shared/content-type.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { versionPrefix } from "../../shared/registry/keys.ts";
import { readFile, readManifest, readPointer } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKnown } from "../http/etag.ts";

const METRICS = "metrics.json";

/**
 * The manifest of the version that answers now; undefined when `known` is still its ETag, which costs one small read.
 * @throws Problem 404 when there is no such model
 */
export const readCurrentManifest = async (
  store: Store,
  name: string,
  known: string | undefined,
): Promise<{ etag: string; manifest: Manifest | undefined }> => {
  const current = await readPointer(store, name);
  if (!current) throw new Problem(404, `there is no model ${name} here; GET /models lists those that are published`);
  // a version never changes, so its name is as good as a hash
  const etag = `"${current.pointer.version}"`;
  if (isKnown(known, etag)) return { etag, manifest: undefined };
  return { etag, manifest: await readManifest(store, name, current.pointer.version) };
};

/** @throws Problem 404 when the version has no such file, or none that is public */
export const readPublicFile = async (
  store: Store,
  { name, version, file }: { name: string; version: string; file: string },
): Promise<{ bytes: Uint8Array; contentType: string }> => {
  const contentType = contentTypeOf(file);
  const manifest = await readManifest(store, name, version);
  if (file !== METRICS) return { bytes: await readFile(store, manifest, file), contentType };
  const metrics = await store.get(versionPrefix(name, version) + METRICS);
  if (!metrics) throw new Problem(404, `${name} ${version} was published without ${METRICS}`);
  return { bytes: metrics.bytes, contentType };
};
