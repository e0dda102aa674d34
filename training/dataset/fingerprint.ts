/**
 * A first look at each file: its bytes are read once, hashed, and recognised by their header. Nothing is decoded yet, and what is
 * too large for a photo is not read at all.
 */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { nodeLimits } from "../../shared/limits.ts";
import { checkBytes } from "../../shared/pixels/limits.ts";
import { otherFormat } from "../../shared/pixels/other-formats.ts";
import { Problem } from "../../shared/problem.ts";
import type { LabelledFile, Skipped } from "./dataset.ts";
import { otherKind, type Reader, recognise } from "./decode/other-kinds.ts";
import type { HashedFile } from "./duplicates.ts";
import { codeOf } from "./walk.ts";

export interface Fingerprints {
  /** In the order given. */
  readable: HashedFile[];
  skipped: Skipped[];
  /** Those of `skipped` that are images in a format we don't read: their share decides whether training makes sense. */
  otherFormats: LabelledFile[];
}

/** Files open at once: enough to keep the disk busy, few enough for photos of as many bytes as they may have. */
const atOnce = 8;

export interface FingerprintOptions {
  onFile?: (done: number, total: number) => void;
  /** Training here by default. */
  reader?: Reader;
  signal?: AbortSignal | undefined;
}

export const fingerprint = async (
  files: readonly LabelledFile[],
  options: FingerprintOptions = {},
): Promise<Fingerprints> => {
  const results = new Array<HashedFile | Problem>(files.length);
  let next = 0;
  let done = 0;
  const readOn = async (): Promise<void> => {
    while (next < files.length) {
      options.signal?.throwIfAborted();
      const index = next++;
      results[index] = await fingerprintOne(files[index]!, options.reader);
      options.onFile?.(++done, files.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readOn));

  const found: Fingerprints = { readable: [], skipped: [], otherFormats: [] };
  for (const [index, result] of results.entries()) {
    if (!(result instanceof Problem)) found.readable.push(result);
    else {
      const file = files[index]!;
      found.skipped.push({ path: file.path, reason: result.message });
      if (result.status === 415) found.otherFormats.push(file);
    }
  }
  return found;
};

/** Enough to recognise a format by; what is larger than a photo may be is read no further. */
const HEAD = 4096;

/** The whole file, or of a file that no photo may be as large as, its beginning. */
const readPhoto = async (path: string): Promise<{ bytes: Uint8Array; size: number }> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size <= nodeLimits.photo.bytes) return { bytes: await file.readFile(), size };
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(HEAD), position: 0 });
    return { bytes: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
};

const fingerprintOne = async (file: LabelledFile, reader: Reader = "training"): Promise<HashedFile | Problem> => {
  let read: Awaited<ReturnType<typeof readPhoto>>;
  try {
    read = await readPhoto(file.path);
  } catch (cause) {
    return new Problem(400, `cannot be read (${codeOf(cause)}); make it readable or remove it`, { cause });
  }
  const { bytes, size } = read;
  try {
    if (size > bytes.length) {
      // a video is no photo of any size
      if (otherKind(bytes) === undefined && otherFormat(bytes) !== undefined) recognise(bytes, reader);
      checkBytes(size, nodeLimits.photo);
    }
    recognise(bytes, reader);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return { ...file, sha256: createHash("sha256").update(bytes).digest("hex") };
};
