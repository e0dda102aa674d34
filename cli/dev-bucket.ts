/** Fills the R2 bucket that `wrangler dev` keeps on this machine with what a local store has published. */
import type { R2Bucket } from "@cloudflare/workers-types";
import { getPlatformProxy } from "wrangler";
import { createR2Store } from "../shared/store/r2.ts";
import type { Store } from "../shared/store/store.ts";

/** Pointers go last, as when publishing: whoever reads meanwhile sees a version whole. */
const pointersLast = (a: string, b: string): number =>
  Number(a.endsWith("/current.json")) - Number(b.endsWith("/current.json"));

/**
 * Makes `to` hold exactly what `from` holds. An object that is there with the same size and is no pointer is the same,
 * since published files never change.
 * @returns how many objects were written
 */
export const mirror = async (from: Store, to: Store): Promise<number> => {
  const [source, target] = await Promise.all([from.list(""), to.list("")]);
  const there = new Map(target.map(({ key, bytes }) => [key, bytes]));
  const wanted = new Set(source.map(({ key }) => key));
  const changed = source.filter(({ key, bytes }) => key.endsWith("/current.json") || there.get(key) !== bytes);
  for (const key of changed.map(({ key }) => key).sort(pointersLast)) {
    const found = await from.get(key);
    if (found) await to.put(key, found.bytes);
  }
  await to.remove(target.map(({ key }) => key).filter((key) => !wanted.has(key)));
  return changed.length;
};

/**
 * @param configPath of wrangler.toml; the bucket lies in `.wrangler/state` beside it, where `wrangler dev` looks for it
 * @returns how many objects were written
 */
export const fillBucket = async (store: Store, configPath: string): Promise<number> => {
  const platform = await getPlatformProxy<{ MODELS: R2Bucket }>({ configPath });
  try {
    return await mirror(store, createR2Store(platform.env.MODELS, "MODELS"));
  } finally {
    await platform.dispose();
  }
};
