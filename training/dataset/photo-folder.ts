/** A folder per class made of files that lie elsewhere, so that photos from a bucket are read as any folder is. */
import { createHash, randomUUID } from "node:crypto";
import { access, copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasCode } from "../../shared/error-code.ts";
import { writeCsv } from "./csv.ts";
import { OWN_LABELS } from "./list-photos.ts";

export interface PlacedPhoto {
  /** Where its bytes lie. */
  file: string;
  /** Verbatim, the name of its folder; undefined beside the classes. */
  label: string | undefined;
  /** Where it may have several labels, all of them: they stand in a table beside the photos. */
  labels?: string | undefined;
  /** What its owner called it below the class; `/` separates. */
  path: string;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** @throws Error naming the label when no folder can be called so */
const folderName = (label: string): string => {
  if (label === "" || label === "." || label === ".." || label.includes("\0") || basename(label) !== label)
    throw new Error(`the class ${JSON.stringify(label)} cannot be the name of a folder; rename it in the bucket`);
  return label;
};

/** Longest name that a file may have on the file systems in use, in bytes; some is left for telling two apart. */
const LONGEST = 200;

/** One segment that stays in its folder, whatever the path holds: readable where it can be. */
const fileName = (path: string): string => {
  const name = path.replaceAll("/", "_");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what may not be in a file's name
  const odd = /^\.|[\\:*?"<>|\0-\x1f]/.test(name) || Buffer.byteLength(name) > LONGEST;
  return odd ? hash(path).slice(0, 16) : name;
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const place = async (file: string, to: string): Promise<void> => {
  try {
    await link(file, to);
  } catch (error) {
    if (hasCode(error, "EEXIST")) throw error;
    await copyFile(file, to);
  }
};

/**
 * Makes the folder in `home`, or finds the one made earlier of the same photos; it appears whole.
 * @returns its path
 */
export const makePhotoFolder = async (home: string, photos: readonly PlacedPhoto[]): Promise<string> => {
  const folder = join(home, hash(JSON.stringify(photos)));
  if (await isThere(folder)) return folder;
  const draft = join(home, `draft-${randomUUID()}`);
  try {
    await mkdir(draft, { recursive: true });
    const made = new Set<string>();
    const rows: string[][] = [];
    for (const { file, label, labels, path } of photos) {
      const inside = label === undefined ? draft : join(draft, folderName(label));
      if (label !== undefined && !made.has(label)) await makeClassFolder(inside, label);
      if (label !== undefined) made.add(label);
      const name = fileName(path);
      const placed = await place(file, join(inside, name)).then(
        () => name,
        async (error: unknown) => {
          if (!hasCode(error, "EEXIST")) throw error;
          // "a/b.jpg" beside "a_b.jpg"
          const other = `${hash(path).slice(0, 16)}-${name}`;
          await place(file, join(inside, other));
          return other;
        },
      );
      if (labels !== undefined) rows.push([placed, labels]);
    }
    if (rows.length > 0) await writeFile(join(draft, OWN_LABELS), writeCsv([["path", "labels"], ...rows]));
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // someone else was faster
    if (!(await isThere(folder))) throw error;
  }
  return folder;
};

/** @throws Error when two classes would share a folder here, as "Cat" and "cat" do on some systems */
const makeClassFolder = (folder: string, label: string): Promise<void> =>
  mkdir(folder).catch((cause: unknown) => {
    if (!hasCode(cause, "EEXIST")) throw cause;
    throw new Error(`the class ${JSON.stringify(label)} and another are one folder on this file system; rename one`, {
      cause,
    });
  });
