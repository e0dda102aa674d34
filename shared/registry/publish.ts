/**
 * Publishes a model: files first, the manifest after them, the pointer last. Whatever fails in between, readers see the
 * version they saw before, or the new one whole.
 */
import { sha256 } from "../hash.ts";
import { type Manifest, manifestSchema } from "../manifest.ts";
import { Problem } from "../problem.ts";
import { ConflictError, type Store } from "../store/store.ts";
import { manifestKey, versionPrefix } from "./keys.ts";
import { listVersions } from "./list.ts";
import { pointAt, type RegistryClock, RemovedError, requireWhole } from "./promote.ts";
import { DamageError, readManifest } from "./read.ts";
import { contentHash, type Draft, versionName } from "./version.ts";

export interface PublishedFile {
  /** Below the version's folder, e.g. `model.int8.onnx` or `probes/probes.json`. */
  path: string;
  bytes: Uint8Array;
  contentType?: string;
}

export interface Publication {
  manifest: Draft;
  /** Those that the manifest names, the probes and their photos, and any others. */
  files: readonly PublishedFile[];
  clock: RegistryClock;
  /** Makes it the version that answers; true by default. */
  promote?: boolean;
}

export interface Published {
  version: string;
  /** It was published before, and only had to be promoted. */
  existed: boolean;
  promoted: boolean;
}

/** Seconds to look ahead for a version's folder that no other writer has begun. */
const SECONDS_AHEAD = 30;

/** More removals than this during one publish mean that something else is wrong. */
const ATTEMPTS = 3;

/** @throws Error when the manifest and the files do not belong together */
const requireConsistent = async ({ manifest, files }: Publication): Promise<void> => {
  if (files.some(({ path }) => path === "manifest.json"))
    throw new Error(`${manifest.name}: manifest.json is written by the registry; leave it out of the files`);
  const given = new Map(files.map(({ path, bytes }) => [path, bytes]));
  if (given.size !== files.length) throw new Error(`${manifest.name}: two files of one path; give each its own`);
  for (const { path, sha256: expected } of [...manifest.files, manifest.probes]) {
    const bytes = given.get(path);
    if (bytes === undefined) throw new Error(`${manifest.name}: the manifest names ${path}; give that file too`);
    const actual = await sha256(bytes);
    if (actual !== expected)
      throw new Error(`${manifest.name}: ${path} has sha256 ${actual}, the manifest says ${expected}; write it anew`);
  }
  for (const [engine, path] of Object.entries(manifest.serve))
    if (!manifest.files.some((file) => file.path === path))
      throw new Error(`${manifest.name}: serve.${engine} is ${path}, which is none of the manifest's files`);
};

/** The newest whole version that answers exactly as `hash` says. */
const findPublished = async (store: Store, name: string, hash: string): Promise<string | undefined> => {
  const candidates = (await listVersions(store, name)).filter((version) => version.endsWith(`-${hash.slice(0, 12)}`));
  for (const version of candidates.reverse())
    try {
      const same = (await contentHash(await readManifest(store, name, version))) === hash;
      if (same) await requireWhole(store, name, version);
      if (same) return version;
    } catch (error) {
      // a damaged version is published anew, beside it, and one that was removed just now too
      const gone = error instanceof Problem && error.status === 404;
      if (!gone && !(error instanceof DamageError)) throw error;
    }
  return undefined;
};

/**
 * Writes one version whole, its manifest last.
 * @throws ConflictError when another writer's files are in its folder
 */
const writeVersion = async (store: Store, manifest: Manifest, files: readonly PublishedFile[]): Promise<void> => {
  const folder = versionPrefix(manifest.name, manifest.version);
  for (const { path, bytes, contentType = "application/octet-stream" } of files)
    await store.put(folder + path, bytes, { contentType, only: "absent" });
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  await store.put(manifestKey(manifest.name, manifest.version), bytes, {
    contentType: "application/json",
    only: "absent",
  });
};

/**
 * Publishes a model and, unless `promote` is false, makes it answer. A model that answers exactly as a published version
 * does is that version: nothing but the pointer is written, and that only where it moves or another model was promoted since.
 */
export const publish = async (store: Store, publication: Publication): Promise<Published> => {
  const { manifest: draft, clock, promote = true } = publication;
  await requireConsistent(publication);
  for (let attempt = 1; ; attempt++) {
    const { version, existed } = await findOrWrite(store, publication);
    try {
      if (promote) await pointAt(store, draft.name, version, clock);
      return { version, existed, promoted: promote };
    } catch (error) {
      // someone removed it, or the whole model, meanwhile: it is published after that
      if (!(error instanceof RemovedError) || attempt === ATTEMPTS) throw error;
    }
  }
};

const findOrWrite = async (
  store: Store,
  { manifest: draft, files, clock }: Publication,
): Promise<Pick<Published, "version" | "existed">> => {
  const hash = await contentHash(draft);
  let version = await findPublished(store, draft.name, hash);
  const existed = version !== undefined;
  // a folder that a killed or a simultaneous publish began is left alone, and the next second's is taken
  for (let ahead = 0; version === undefined; ahead++) {
    const created = new Date(Math.floor(clock.now() / 1000 + ahead) * 1000);
    const manifest = manifestSchema.parse({
      ...draft,
      version: versionName(created, hash),
      created: created.toISOString(),
    });
    try {
      await writeVersion(store, manifest, files);
      version = manifest.version;
    } catch (error) {
      if (!(error instanceof ConflictError) || ahead === SECONDS_AHEAD) throw error;
    }
  }
  return { version, existed };
};
