/**
 * Copies a published version into another store: files in parallel, the manifest after them, so that readers there see it
 * whole or not at all. What is there already and equal is not written again, so a copy that was stopped goes on.
 */
import { contentTypeOf } from "../content-type.ts";
import { sha256 } from "../hash.ts";
import type { Manifest } from "../manifest.ts";
import { inParallel } from "../parallel.ts";
import type { ListedObject, Store } from "../store/store.ts";
import { manifestKey, versionPrefix } from "./keys.ts";
import { readChecked, readManifest, vouchedFiles } from "./read.ts";

/** Model files are a few megabytes: enough at once to fill a line, few enough to hold in memory. */
const AT_ONCE = 4;

export interface CopyOptions {
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface Copied {
  /** Written now. */
  files: number;
  bytes: number;
  /** Were there already, and equal. */
  present: number;
}

const manifestBytes = async (store: Store, name: string, version: string): Promise<Uint8Array | undefined> =>
  (await store.get(manifestKey(name, version)))?.bytes;

/** @throws Error when `to` holds another version of this name, which no publish makes */
const requireSameManifest = async (to: Store, { name, version }: Manifest, own: Uint8Array): Promise<void> => {
  const there = await manifestBytes(to, name, version);
  if (there !== undefined && (await sha256(there)) !== (await sha256(own)))
    throw new Error(
      `${to.url} holds another ${name} ${version}: its manifest differs; remove that version there, then copy again`,
    );
};

/**
 * @param vouched the sha256 that the manifest vouches for, where it does
 * @param present the object of this key in `to`, if any
 * @returns the bytes written; undefined when an equal file was there
 */
const copyFile = async (
  from: Store,
  to: Store,
  key: string,
  vouched: string | undefined,
  present: ListedObject | undefined,
): Promise<number | undefined> => {
  const bytes = vouched === undefined ? (await from.get(key))?.bytes : await readChecked(from, key, vouched);
  if (bytes === undefined) throw new Error(`${key} was removed from ${from.url} while it was copied`);
  if (present?.bytes === bytes.length) {
    const there = await to.get(key);
    if (there !== undefined && (await sha256(there.bytes)) === (vouched ?? (await sha256(bytes)))) return undefined;
  }
  // whatever else is there is damaged
  await to.put(key, bytes, { contentType: contentTypeOf(key) });
  return bytes.length;
};

/**
 * @throws Problem 404 when `from` has no such version
 * @throws DamageError when a file of it is missing or damaged
 */
export const copyVersion = async (
  from: Store,
  to: Store,
  name: string,
  version: string,
  { onProgress, signal }: CopyOptions = {},
): Promise<Copied> => {
  const manifest = await readManifest(from, name, version);
  const own = (await manifestBytes(from, name, version))!;
  await requireSameManifest(to, manifest, own);
  const folder = versionPrefix(name, version);
  const [source, target, vouched] = await Promise.all([
    from.list(folder),
    to.list(folder),
    vouchedFiles(from, manifest),
  ]);
  const there = new Map(target.map((object) => [object.key, object]));
  const paths = new Set([...vouched.keys(), ...source.map(({ key }) => key.slice(folder.length))]);
  paths.delete("manifest.json");

  let done = 0;
  const copy = async (path: string): Promise<number | undefined> => {
    const written = await copyFile(from, to, folder + path, vouched.get(path), there.get(folder + path));
    onProgress?.(++done, paths.size);
    return written;
  };
  const written = (await inParallel([...paths], AT_ONCE, copy, signal)).filter((bytes) => bytes !== undefined);
  await to.put(manifestKey(name, version), own, { contentType: "application/json", only: "absent" });
  const bytes = written.reduce((sum, bytes) => sum + bytes, 0);
  return { files: written.length, bytes, present: paths.size - written.length };
};
