/**
 * The store as pages and manifests are read from it: a bucket bills every look, so what was read is given again for a while.
 * What a version holds never changes and is kept for as long as a promotion may go unseen; pointers and listings for a moment.
 */
import { parseKey } from "../../shared/registry/keys.ts";
import type { ListedObject, Store, StoredObject } from "../../shared/store/store.ts";
import { LISTING_HELD } from "./listing.ts";
import type { ModelParts } from "./parts.ts";

/** Objects and listings remembered at once; beyond them the one that was read longest ago is forgotten. */
const REMEMBERED = 32;

/** Larger objects are read each time. */
const BYTES = 128 * 1024;

interface Kept<T> {
  until: number;
  value: Promise<T>;
}

/** One look serves all who ask while it is under way and while it is kept. What failed, and what was not there, is not kept. */
const createShelf = <T>(clock: Pick<ModelParts["clock"], "now">, worthKeeping: (value: T) => boolean) => {
  const shelf = new Map<string, Kept<T>>();
  const read = (key: string, milliseconds: number, look: () => Promise<T>): Promise<T> => {
    const known = shelf.get(key);
    if (known && clock.now() < known.until) return known.value;
    const kept = { until: clock.now() + milliseconds, value: look() };
    const drop = () => {
      if (shelf.get(key) === kept) shelf.delete(key);
    };
    kept.value.then((value) => worthKeeping(value) || drop(), drop);
    shelf.delete(key);
    shelf.set(key, kept);
    if (shelf.size > REMEMBERED) shelf.delete(shelf.keys().next().value!);
    return kept.value;
  };
  return { read, clear: () => shelf.clear() };
};

export interface Remembering {
  /** What it gives may be a moment old. */
  reading: Store;
  /** Reads what is, and what is written through it is seen by the other at once. */
  writing: Store;
}

/** A folder is asked each time, as its promotions are seen at once. */
export const remember = (store: Store, { settings, clock }: Pick<ModelParts, "settings" | "clock">): Remembering => {
  if (settings.refresh < LISTING_HELD) return { reading: store, writing: store };
  const object = createShelf<StoredObject | undefined>(
    clock,
    (found) => found !== undefined && found.bytes.length <= BYTES,
  );
  const listing = createShelf<ListedObject[]>(clock, () => true);
  const heldFor = (key: string): number => (parseKey(key) ? settings.refresh : LISTING_HELD);

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    const found = await object.read(key, heldFor(key), () => store.get(key));
    return found !== undefined && found.etag === known ? "unchanged" : found;
  }

  const seen = async <T>(writing: Promise<T>): Promise<T> => {
    try {
      return await writing;
    } finally {
      object.clear();
      listing.clear();
    }
  };

  return {
    reading: { ...store, get, list: (prefix) => listing.read(prefix, heldFor(prefix), () => store.list(prefix)) },
    writing: {
      ...store,
      put: (...object) => seen(store.put(...object)),
      remove: (keys) => seen(store.remove(keys)),
    },
  };
};
