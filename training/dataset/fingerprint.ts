/** A first look at each file: its bytes are read once, hashed, and recognised by their header. Nothing is decoded yet. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Problem } from "../../shared/problem.ts";
import type { LabelledFile, Skipped } from "./dataset.ts";
import { recognise } from "./decode/other-kinds.ts";
import type { HashedFile } from "./duplicates.ts";
import { codeOf } from "./walk.ts";

export interface Fingerprints {
  /** In the order given. */
  readable: HashedFile[];
  skipped: Skipped[];
  /** Those of `skipped` that are images in a format we don't read: their share decides whether training makes sense. */
  otherFormats: LabelledFile[];
}

/** Files open at once: enough to keep the disk busy, few enough for 20 MB photos. */
const atOnce = 8;

export interface FingerprintOptions {
  onFile?: (done: number, total: number) => void;
  /** The photos will be read on another machine. */
  elsewhere?: boolean;
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
      results[index] = await fingerprintOne(files[index]!, options.elsewhere);
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

const fingerprintOne = async (file: LabelledFile, elsewhere?: boolean): Promise<HashedFile | Problem> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file.path);
  } catch (cause) {
    return new Problem(400, `cannot be read (${codeOf(cause)}); make it readable or remove it`, { cause });
  }
  try {
    recognise(bytes, elsewhere);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return { ...file, sha256: createHash("sha256").update(bytes).digest("hex") };
};
