/** The manifest of a published model, which anyone may read. */
import type { Manifest, Pointer } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { readManifest, readPointer } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKnown } from "../http/etag.ts";

/** Which version answers. @throws Problem 404 when there is no such model */
export const readAnswering = async (store: Store, name: string): Promise<Pointer> => {
  const current = await readPointer(store, name);
  if (current) return current.pointer;
  throw new Problem(404, `there is no model ${name} here; GET /models lists those that are published`);
};

/**
 * The manifest of the version that answers now; undefined when `known` is still its ETag, which costs one small read.
 * @throws Problem 404 when there is no such model
 */
export const readCurrentManifest = async (
  store: Store,
  name: string,
  known: string | undefined,
): Promise<{ etag: string; manifest: Manifest | undefined }> => {
  const { version } = await readAnswering(store, name);
  // a version never changes, so its name is as good as a hash
  const etag = `"${version}"`;
  if (isKnown(known, etag)) return { etag, manifest: undefined };
  return { etag, manifest: await readManifest(store, name, version) };
};
