/** Every file below a folder, through links as well, each folder once. */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { byCodePoint, type Skipped } from "./dataset.ts";

export interface Found {
  /** Regular files, sorted. */
  files: string[];
  /** Folders directly in the one that was walked, sorted. */
  folders: string[];
  skipped: Skipped[];
  ignored: number;
}

const litter = new Set(["thumbs.db", "desktop.ini", "__macosx", "@eadir"]);

/** Files and folders that systems leave behind: .DS_Store, ._photo.jpg, .git, Thumbs.db, desktop.ini, __MACOSX, @eaDir. */
export const isLitter = (name: string): boolean => name.startsWith(".") || litter.has(name.toLowerCase());

/** What lies directly in `folder`. Sockets, pipes and dangling links are listed as skipped, never opened. */
export const look = async (folder: string): Promise<Found> => {
  const found: Found = { files: [], folders: [], skipped: [], ignored: 0 };
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isLitter(entry.name)) found.ignored++;
    else {
      const kind = await kindOf(entry, path);
      if (kind === "file") found.files.push(path);
      else if (kind === "folder") found.folders.push(path);
      else found.skipped.push({ path, reason: kind.reason });
    }
  }
  found.files.sort(byCodePoint);
  found.folders.sort(byCodePoint);
  return found;
};

const kindOf = async (entry: Dirent, path: string): Promise<"file" | "folder" | { reason: string }> => {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  try {
    const target = await stat(path);
    if (target.isFile()) return "file";
    if (target.isDirectory()) return "folder";
    return { reason: "neither a file nor a folder; remove it" };
  } catch (error) {
    return { reason: `cannot be opened (${codeOf(error)}); restore what it points to, or remove it` };
  }
};

/**
 * Every file in `folder` and the folders inside it. A folder that links lead to again is not read again, so loops end.
 *
 * @param seen real paths of folders that are not to be read
 */
export const walk = async (folder: string, seen: Set<string>): Promise<Omit<Found, "folders">> => {
  try {
    const real = await realpath(folder);
    if (seen.has(real)) return { files: [], skipped: [], ignored: 0 };
    seen.add(real);
    const here = await look(folder);
    for (const inner of here.folders) {
      const { files, skipped, ignored } = await walk(inner, seen);
      here.files.push(...files);
      here.skipped.push(...skipped);
      here.ignored += ignored;
    }
    return here;
  } catch (error) {
    const reason = `the folder ${basename(folder)} cannot be read (${codeOf(error)}); make it readable`;
    return { files: [], skipped: [{ path: folder, reason }], ignored: 0 };
  }
};

/** `EACCES`, `ENOENT` …, or whatever the error says of itself. */
export const codeOf = (error: unknown): string => {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
};
