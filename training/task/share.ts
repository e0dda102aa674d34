/** A shard's share of a training's photos. */
import { byCodePoint } from "../dataset/dataset.ts";

/**
 * Every photo falls to one shard, as many to each as to another give or take one, by nothing but their keys: a shard that is
 * run again has the same share.
 *
 * @param keyOf what a photo is called in the data set, the same on every machine
 */
export const shareOf = <Photo>(
  photos: readonly Photo[],
  keyOf: (photo: Photo) => string,
  shard: number,
  shards: number,
): Photo[] =>
  [...photos].sort((a, b) => byCodePoint(keyOf(a), keyOf(b))).filter((_, index) => index % shards === shard);
