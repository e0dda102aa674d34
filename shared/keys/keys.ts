/** Makes, lists and revokes API keys in a store. */
import { z } from "zod";
import { ConflictError, type Store } from "../store/store.ts";
import { hashOfKey, KEYS, type Key, keyObject, keySchema, newKey } from "./key.ts";

const encode = (key: Key): Uint8Array => new TextEncoder().encode(JSON.stringify(key));

/** @throws Error naming the object when it is no key's */
const parse = (store: Store, object: string, bytes: Uint8Array): Key => {
  try {
    return keySchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`${object} in ${store.url} is damaged: ${why}; revoke it by removing the object`, { cause });
  }
};

/** The key with this hash; undefined when there is none, `"unchanged"` while `unless` is still its etag. */
export const readKey = async (
  store: Store,
  hash: string,
  unless?: string,
): Promise<{ key: Key; etag: string } | "unchanged" | undefined> => {
  const object = keyObject(hash);
  const found = await store.get(object, unless);
  if (found === undefined || found === "unchanged") return found;
  return { key: parse(store, object, found.bytes), etag: found.etag };
};

/** @returns the key, which nobody will be able to read again, and its hash */
export const createKey = async (
  store: Store,
  { name, quota }: Pick<Key, "name" | "quota">,
  clock: { now(): number },
): Promise<{ key: string; hash: string }> => {
  const key = newKey();
  const hash = (await hashOfKey(key))!;
  const created = new Date(clock.now()).toISOString();
  await addKey(store, hash, { schema: 1, name, created, quota });
  return { key, hash };
};

/** @throws ConflictError when there is one with this hash */
export const addKey = async (store: Store, hash: string, key: Key): Promise<void> => {
  const bytes = encode(keySchema.parse(key));
  await store.put(keyObject(hash), bytes, { contentType: "application/json", only: "absent" });
};

export interface ListedKey extends Key {
  hash: string;
}

/** The oldest first. */
export const listKeys = async (store: Store): Promise<ListedKey[]> => {
  const keys = await Promise.all(
    (await store.list(KEYS)).map(async ({ key: object }) => {
      const hash = object.slice(KEYS.length).replace(/\.json$/, "");
      const found = await readKey(store, hash);
      return found === undefined || found === "unchanged" ? undefined : { hash, ...found.key };
    }),
  );
  return keys.filter((key) => key !== undefined).sort((a, b) => (a.created < b.created ? -1 : 1));
};

/**
 * From now on servers refuse it, as soon as they look at the store again.
 *
 * @param which its name, or the beginning of its hash
 * @throws Error when it is no key, or several
 */
export const revokeKey = async (store: Store, which: string, clock: { now(): number }): Promise<ListedKey> => {
  const matching = (await listKeys(store)).filter(
    ({ hash, name, revoked }) => revoked === undefined && (name === which || hash.startsWith(which)),
  );
  const [key, ...others] = matching;
  if (!key || others.length > 0)
    throw new Error(
      `${key ? `${matching.length} keys are` : "no key that is still valid is"} called ${JSON.stringify(which)} in ${store.url}; name one by the beginning of its hash, as \`whippet keys list\` shows it`,
    );
  const revoked = { ...key, revoked: new Date(clock.now()).toISOString() };
  const found = await readKey(store, key.hash);
  if (found === undefined || found === "unchanged") throw new ConflictError(keyObject(key.hash));
  await store.put(keyObject(key.hash), encode(keySchema.parse(revoked)), { only: { etag: found.etag } });
  return revoked;
};
