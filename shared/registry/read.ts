/** Reads published models; trusts nothing that the store holds. */
import { z } from "zod";
import { sha256 } from "../hash.ts";
import { type Manifest, type ModelFile, manifestSchema, type Pointer, pointerSchema } from "../manifest.ts";
import { type Probes, probesSchema } from "../probe.ts";
import { Problem } from "../problem.ts";
import type { Store, StoredObject } from "../store/store.ts";
import { MODELS, manifestKey, pointerKey, versionPrefix } from "./keys.ts";

/** What a store holds of a version is not what was published. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

const parse = <T>(schema: z.ZodType<T>, key: string, store: Store, bytes: Uint8Array): T => {
  try {
    return schema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new DamageError(`${key} in ${store.url} is damaged: ${why}; publish the model again or roll it back`, {
      cause: error,
    });
  }
};

export interface ReadPointer {
  pointer: Pointer;
  etag: string;
}

/**
 * Which version of a model answers; undefined when the model has none. With `unless`, the etag read before, it answers
 * `"unchanged"` while that is still so, which costs a store next to nothing.
 */
export async function readPointer(store: Store, name: string): Promise<ReadPointer | undefined>;
export async function readPointer(
  store: Store,
  name: string,
  unless: string | undefined,
): Promise<ReadPointer | "unchanged" | undefined>;
export async function readPointer(
  store: Store,
  name: string,
  unless?: string,
): Promise<ReadPointer | "unchanged" | undefined> {
  const key = pointerKey(name);
  const found: StoredObject | "unchanged" | undefined = await store.get(key, unless);
  if (found === undefined || found === "unchanged") return found;
  return { pointer: parse(pointerSchema, key, store, found.bytes), etag: found.etag };
}

/**
 * @throws Problem 404 when there is no such version
 * @throws DamageError naming the manifest, what is wrong with it and what to do
 */
export const readManifest = async (store: Store, name: string, version: string): Promise<Manifest> => {
  const key = manifestKey(name, version);
  const found = await store.get(key);
  if (found === undefined) throw new Problem(404, `model ${name} has no version ${version} in ${store.url}`);
  const manifest = parse(manifestSchema, key, store, found.bytes);
  if (manifest.name !== name || manifest.version !== version)
    throw new DamageError(
      `${key} in ${store.url} describes ${manifest.name} ${manifest.version}; whoever copied it there must publish it instead`,
    );
  return manifest;
};

/**
 * The version that answers now, with its pointer's etag.
 * @throws Problem 404 when nothing is published under `name`
 */
export const readCurrent = async (
  store: Store,
  name: string,
): Promise<{ manifest: Manifest; pointer: Pointer; etag: string }> => {
  for (let before: string | undefined; ; ) {
    const current = await readPointer(store, name);
    if (current === undefined)
      throw new Problem(404, `no model named ${name} is published in ${store.url}; GET /models lists those that are`);
    try {
      return { manifest: await readManifest(store, name, current.pointer.version), ...current };
    } catch (error) {
      // a version can be removed as soon as the pointer has left it; then the pointer has changed since it was read
      if (!(error instanceof Problem) || current.etag === before) throw error;
      before = current.etag;
    }
  }
};

/**
 * An object whose sha256 is known.
 * @throws DamageError when it is missing, or another
 */
export const readChecked = async (store: Store, key: string, expected: string): Promise<Uint8Array> => {
  const found = await store.get(key);
  if (found === undefined)
    throw new DamageError(`${key} is missing in ${store.url}; publish the model again or roll it back`);
  const actual = await sha256(found.bytes);
  if (actual !== expected)
    throw new DamageError(
      `${key} in ${store.url} is damaged: its sha256 is ${actual}, its manifest says ${expected}; publish the model again or roll it back`,
    );
  return found.bytes;
};

/** The probes published with a model, their sha256 checked. */
export const readProbes = async (store: Store, manifest: Manifest): Promise<Probes> => {
  const { path, sha256: expected } = manifest.probes;
  const key = versionPrefix(manifest.name, manifest.version) + path;
  return parse(probesSchema, key, store, await readChecked(store, key, expected));
};

/** The sha256 of every file of a version that its manifest, or the probes it names, vouch for; by path. */
export const vouchedFiles = async (store: Store, manifest: Manifest): Promise<Map<string, string>> => {
  const { probes } = await readProbes(store, manifest);
  return new Map([
    ...manifest.files.map(({ path, sha256 }) => [path, sha256] as const),
    [manifest.probes.path, manifest.probes.sha256],
    ...probes.map(({ file, sha256 }) => [`probes/${file}`, sha256] as const),
  ]);
};

/** sha256 of a file that the manifest, or the probes it names, vouch for. */
const expectedHash = async (store: Store, manifest: Manifest, path: string): Promise<string | undefined> => {
  if (path === manifest.probes.path) return manifest.probes.sha256;
  const listed = manifest.files.find((file) => file.path === path)?.sha256;
  if (listed !== undefined || !path.startsWith("probes/")) return listed;
  const { probes } = await readProbes(store, manifest);
  return probes.find(({ file }) => `probes/${file}` === path)?.sha256;
};

/**
 * A version's file: a form of the model, `probes/probes.json` or a probe photo, its sha256 checked.
 * @throws Problem 404 when the version has no such file
 * @throws DamageError when the file is missing or not the one published
 */
export const readFile = async (store: Store, manifest: Manifest, path: string): Promise<Uint8Array> => {
  const expected = await expectedHash(store, manifest, path);
  if (expected === undefined)
    throw new Problem(404, `${manifest.name} ${manifest.version} has no file ${JSON.stringify(path)}`);
  return readChecked(store, versionPrefix(manifest.name, manifest.version) + path, expected);
};

/**
 * Bytes `start` up to, not including, `end` of a form of the model, inside of it. A part has no sha256 to be checked by; whoever
 * puts a file together from parts checks the whole.
 * @throws DamageError when the file is missing, or has another size than the manifest says
 */
export const readFilePart = async (
  store: Store,
  manifest: Manifest,
  { path, bytes }: Pick<ModelFile, "path" | "bytes">,
  [start, end]: readonly [number, number],
): Promise<Uint8Array> => {
  const key = versionPrefix(manifest.name, manifest.version) + path;
  const found = await store.getPart(key, start, end);
  if (found?.size === bytes) return found.bytes;
  const state = found ? `damaged: it has ${found.size} bytes, its manifest says ${bytes}` : "missing";
  throw new DamageError(`${key} in ${store.url} is ${state}; publish the model again or roll it back`);
};

/** Names of the models that have a pointer, sorted. */
export const modelNames = async (store: Store): Promise<string[]> =>
  (await store.list(MODELS))
    .map(({ key }) => /^models\/([^/]+)\/current\.json$/.exec(key)?.[1])
    .filter((name) => name !== undefined);
