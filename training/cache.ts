/**
 * What a training computes on its way, kept by what decides it, so that neither a second run nor the next attempt of one
 * that was stopped computes it again. It lies in any store: a folder of this machine, or a bucket where the machine is
 * gone the next minute. Each entry ends with the SHA-256 of what is before it.
 */
import { createHash } from "node:crypto";
import { bytesOf } from "../shared/hash.ts";
import type { Store } from "../shared/store/store.ts";

export interface Cache {
  /** Keys that begin with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** `undefined` when there is none, and when it is damaged: then it is removed and reported. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Whole or not at all; whatever was there is replaced. */
  write(key: string, content: Uint8Array): Promise<void>;
}

/** Where the command keeps it; may be deleted at any time. */
export const localCache = "file:.whippet/cache";

/** Clears what was written before `olderThan`: nobody knows what still fits the photos, and it is computed again where it does. */
export const pruneCache = async (
  store: Store,
  { olderThan }: { olderThan: Date },
): Promise<{ entries: number; bytes: number }> => {
  const old = (await store.list("")).filter(({ modified }) => modified < olderThan);
  await store.remove(old.map(({ key }) => key));
  await store.sweep?.(olderThan);
  return { entries: old.length, bytes: old.reduce((sum, { bytes }) => sum + bytes, 0) };
};

const hashBytes = 32;

/** @param onDamaged is told of each damaged entry, in a sentence */
export const createCache = (store: Store, onDamaged: (text: string) => void): Cache => ({
  list: async (prefix) => (await store.list(prefix)).map(({ key }) => key),

  async read(key) {
    const sealed = (await store.get(key))?.bytes;
    if (sealed === undefined) return undefined;
    const content = sealed.subarray(0, Math.max(0, sealed.length - hashBytes));
    if (sealed.length >= hashBytes && digest(content).equals(sealed.subarray(-hashBytes))) return content;
    await store.remove([key]);
    onDamaged(`${key} in ${store.url} was damaged; it is removed, and computed again`);
    return undefined;
  },

  async write(key, content) {
    await store.put(key, bytesOf(Buffer.concat([content, digest(content)])));
  },
});

const digest = (content: Uint8Array): Buffer => createHash("sha256").update(content).digest();
