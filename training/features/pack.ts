/**
 * Feature vectors in files of many, because a thousand small files cost seconds. A pack is a JSON line (channels, the photos'
 * sha256), the vectors as Float32 in that order, and the SHA-256 of all that at the end. It is written beside its place and
 * renamed, never changed; one whose hash does not fit was damaged and is taken for absent.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { bytesOf } from "../../shared/hash.ts";

const indexSchema = z.object({ channels: z.int().positive(), photos: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

const ending = ".features";
const hashBytes = 32;

const digest = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Writes one pack into `folder`, whole or not at all. */
export const writePack = async (folder: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void> => {
  if (vectors.size === 0) return;
  const photos = [...vectors.keys()];
  const channels = vectors.get(photos[0]!)!.length;
  const line = Buffer.from(`${JSON.stringify({ channels, photos })}\n`);
  // Padded, so that the vectors begin where a Float32Array may begin
  const head = Buffer.concat([Buffer.alloc((4 - (line.length % 4)) % 4, " "), line]);
  const body = new Float32Array(photos.length * channels);
  for (const [row, photo] of photos.entries()) body.set(vectors.get(photo)!, row * channels);

  await mkdir(folder, { recursive: true });
  const name = join(folder, randomUUID());
  const content = Buffer.concat([head, bytesOf(body)]);
  await writeFile(`${name}.part`, Buffer.concat([content, digest(content)]));
  await rename(`${name}.part`, `${name}${ending}`);
};

/** The vectors of those of `wanted` that `folder` has packs of; nothing when there is no such folder. */
export const readPacks = async (folder: string, wanted: ReadonlySet<string>): Promise<Map<string, Float32Array>> => {
  const found = new Map<string, Float32Array>();
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(ending)).sort()) {
    const path = join(folder, name);
    if (!(await holdsAny(path, wanted))) continue;
    const pack = parse(await readFile(path));
    if (!pack) await rm(path, { force: true });
    else for (const [photo, vector] of pack) if (wanted.has(photo)) found.set(photo, vector);
  }
  return found;
};

/** Looks at a pack's first line only, so that other data sets' packs are not read through. Damage is found later. */
const holdsAny = async (path: string, wanted: ReadonlySet<string>): Promise<boolean> => {
  const file = await open(path);
  try {
    for await (const line of file.readLines())
      return wanted.size > 0 && line.split('"').some((word) => wanted.has(word));
    return true;
  } finally {
    await file.close();
  }
};

const parse = (bytes: Buffer): Map<string, Float32Array> | undefined => {
  const content = bytes.subarray(0, -hashBytes);
  if (bytes.length < hashBytes || !digest(content).equals(bytes.subarray(-hashBytes))) return undefined;
  const start = content.indexOf("\n") + 1;
  const { channels, photos } = indexSchema.parse(JSON.parse(content.subarray(0, start).toString()));
  const body = new Float32Array(content.buffer.slice(content.byteOffset + start, content.byteOffset + content.length));
  return new Map(photos.map((photo, row) => [photo, body.subarray(row * channels, (row + 1) * channels)]));
};
