/** How large a bundle is once it is zipped for the upload. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";

export interface BundledFile {
  /** Below the bundle's folder. */
  path: string;
  bytes: number;
}

/** Every file, sorted by path. */
export const listBundle = async (folder: string): Promise<BundledFile[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const listed = files.map(async (file) => ({ path: relative(folder, file), bytes: (await stat(file)).size }));
  return (await Promise.all(listed)).sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** A zip's headers per file, without its two copies of the name (APPNOTE 6.3.9, 4.3.7 and 4.3.12), and its end. */
const HEADERS = 30 + 46;
const END = 22;

export const zippedBytes = async (folder: string): Promise<number> => {
  let total = END;
  for (const { path } of await listBundle(folder)) {
    const compressed = await promisify(deflateRaw)(await readFile(join(folder, path)), { level: 9 });
    total += compressed.length + HEADERS + 2 * path.length;
  }
  return total;
};
