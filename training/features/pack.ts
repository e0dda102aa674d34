/**
 * Feature vectors in entries of many, because a thousand small ones cost seconds. A pack is a JSON line (channels, the
 * photos' sha256) and the vectors as Float32 in that order. It is never changed once it is written.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bytesOf } from "../../shared/hash.ts";
import type { Cache } from "../cache.ts";

const indexSchema = z.object({ channels: z.int().positive(), photos: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

const ending = ".features";

/** Writes one pack into `folder` of the cache. */
export const writePack = async (
  cache: Cache,
  folder: string,
  vectors: ReadonlyMap<string, Float32Array>,
): Promise<void> => {
  if (vectors.size === 0) return;
  const photos = [...vectors.keys()];
  const channels = vectors.get(photos[0]!)!.length;
  const body = new Float32Array(photos.length * channels);
  for (const [row, photo] of photos.entries()) body.set(vectors.get(photo)!, row * channels);
  const line = Buffer.from(`${JSON.stringify({ channels, photos })}\n`);
  await cache.write(`${folder}/${randomUUID()}${ending}`, Buffer.concat([line, bytesOf(body)]));
};

/** The vectors of those of `wanted` that `folder` has packs of. */
export const readPacks = async (
  cache: Cache,
  folder: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Float32Array>> => {
  const found = new Map<string, Float32Array>();
  for (const key of (await cache.list(`${folder}/`)).filter((one) => one.endsWith(ending))) {
    const content = await cache.read(key);
    if (content) for (const [photo, vector] of parse(content)) if (wanted.has(photo)) found.set(photo, vector);
  }
  return found;
};

const parse = (content: Uint8Array): Map<string, Float32Array> => {
  const start = content.indexOf("\n".charCodeAt(0)) + 1;
  const index: unknown = JSON.parse(new TextDecoder().decode(content.subarray(0, start)));
  const { channels, photos } = indexSchema.parse(index);
  // Copied, because a Float32Array may not begin just anywhere
  const body = new Float32Array(Uint8Array.from(content.subarray(start)).buffer);
  return new Map(photos.map((photo, row) => [photo, body.subarray(row * channels, (row + 1) * channels)]));
};
