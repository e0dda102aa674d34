/** The manifest of a published model, which anyone may read. */
import type { Manifest } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { readManifest, readPointer } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKnown } from "../http/etag.ts";

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
