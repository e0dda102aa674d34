/** Moves the pointer that says which version of a model answers. */
import { type Pointer, pointerSchema } from "../manifest.ts";
import { Problem } from "../problem.ts";
import { ConflictError, type Store } from "../store/store.ts";
import { manifestKey, pointerKey, versionPrefix } from "./keys.ts";
import { latestModel } from "./list.ts";
import { DamageError, readChecked, readManifest, readPointer, vouchedFiles } from "./read.ts";

/** Of two who move a pointer at once, one goes second; more than this many rounds mean that something else is wrong. */
const ROUNDS = 10;

/** A version went away while it was made to answer. */
export class RemovedError extends Problem {}

export interface RegistryClock {
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Reads the pointer, asks `change` what it should be, and writes that unless someone moved it in between; then again.
 * @param change returns undefined to leave the pointer as it is
 */
export const changePointer = async (
  store: Store,
  name: string,
  change: (pointer: Pointer | undefined) => Pointer | undefined,
): Promise<Pointer | undefined> => {
  for (let round = 1; ; round++) {
    const current = await readPointer(store, name);
    const next = change(current?.pointer);
    if (next === undefined) return current?.pointer;
    const bytes = new TextEncoder().encode(JSON.stringify(pointerSchema.parse(next)));
    try {
      await store.put(pointerKey(name), bytes, {
        contentType: "application/json",
        only: current === undefined ? "absent" : { etag: current.etag },
      });
      return next;
    } catch (error) {
      if (!(error instanceof ConflictError) || round === ROUNDS) throw error;
    }
  }
};

/** @throws Problem 404 or DamageError when any file of the version is missing or damaged */
export const requireWhole = async (store: Store, name: string, version: string): Promise<void> => {
  const manifest = await readManifest(store, name, version);
  const folder = versionPrefix(name, version);
  for (const [path, sha256] of await vouchedFiles(store, manifest)) await readChecked(store, folder + path, sha256);
};

/**
 * Makes `version` the one that answers, and the only one. Where it is already, and another model was promoted since, the pointer
 * is dated anew: whoever promotes a model last means it to answer where none is named. Otherwise nothing is written.
 *
 * @param options.renew false leaves the date, and with it the default model
 * @throws RemovedError when someone removed the version meanwhile; then the pointer is as it was
 */
export const pointAt = async (
  store: Store,
  name: string,
  version: string,
  clock: RegistryClock,
  { renew = true } = {},
): Promise<void> => {
  const before = (await readPointer(store, name))?.pointer;
  const date = before?.version === version && renew && !(await isLast(store, name));
  await changePointer(store, name, (pointer) => {
    const changed = new Date(clock.now()).toISOString();
    if (pointer?.version !== version)
      return { version, ...(pointer === undefined ? {} : { previous: pointer.version }), changed };
    return date ? { ...(withoutCandidate(pointer) ?? pointer), changed } : withoutCandidate(pointer);
  });
  // a removal that began before the pointer moved has seen no reason to spare it
  if ((await store.get(manifestKey(name, version))) !== undefined) return;
  if (before === undefined) await store.remove([pointerKey(name)]);
  else await changePointer(store, name, (pointer) => (pointer?.version === version ? before : undefined));
  throw new RemovedError(404, `${version} of ${name} was removed from ${store.url} meanwhile; publish it again`);
};

const isLast = async (store: Store, name: string): Promise<boolean> => {
  try {
    return (await latestModel(store)) === name;
  } catch (error) {
    // of another model, of which nobody knows when it was promoted
    if (error instanceof DamageError) return false;
    throw error;
  }
};

/** Undefined when there is none to take away. Which model was promoted last stays as it is. */
const withoutCandidate = ({ candidate, ...pointer }: Pointer): Pointer | undefined => candidate && pointer;

/**
 * Makes `version` the one that answers, after reading all of it.
 * @throws Problem 404 when there is no such version, DamageError when a file of it is missing or damaged
 */
export const promote = async (store: Store, name: string, version: string, clock: RegistryClock): Promise<void> => {
  await requireWhole(store, name, version);
  await pointAt(store, name, version, clock);
};

/**
 * Lets `version` answer a share of the requests, beside the version that answers the others.
 * @param share above 0, below 1
 * @throws Problem 404 when there is no such version, or none beside which it could be tried; DamageError when it is not whole
 */
export const tryOut = async (store: Store, name: string, version: string, share: number): Promise<void> => {
  await requireWhole(store, name, version);
  await changePointer(store, name, (pointer) => {
    if (pointer === undefined || pointer.version === version)
      throw new Problem(
        404,
        pointer
          ? `${version} of ${name} answers every request already; name another version`
          : `no version of ${name} answers yet; promote one whole before trying another`,
      );
    return { ...pointer, candidate: { version, share } };
  });
};

/**
 * The version that is tried on a share of the requests.
 * @throws Problem 404 when there is none
 */
export const candidateOf = async (store: Store, name: string): Promise<string> => {
  const candidate = (await readPointer(store, name))?.pointer.candidate;
  if (candidate) return candidate.version;
  throw new Problem(
    404,
    `no candidate of ${name} is tried; name the version to promote, as \`whippet models ${name}\` lists them`,
  );
};

/**
 * Ends the trial of a candidate, where there is one; else makes the version that answered before answer again, and a second
 * rollback takes the first one back.
 * @returns the version that answers now
 * @throws Problem 404 when the model has no pointer, or no version before this one
 */
export const rollback = async (store: Store, name: string, clock: RegistryClock): Promise<string> => {
  const target = (await readPointer(store, name))?.pointer;
  if (target === undefined) throw new Problem(404, `no model named ${name} is published in ${store.url}`);
  if (target.candidate) {
    await changePointer(store, name, (pointer) => pointer && withoutCandidate(pointer));
    return target.version;
  }
  if (target.previous === undefined)
    throw new Problem(
      404,
      `model ${name} has no version before ${target.version} to roll back to; promote one by name`,
    );
  const { version, previous } = target;
  await requireWhole(store, name, previous);
  await changePointer(store, name, (pointer) => {
    if (pointer?.version === previous) return undefined;
    if (pointer?.version !== version)
      throw new Problem(
        404,
        `model ${name} was moved from ${version} to ${pointer?.version ?? "nothing"} during the rollback; look again before rolling back`,
      );
    return { version: previous, previous: version, changed: new Date(clock.now()).toISOString() };
  });
  return previous;
};
