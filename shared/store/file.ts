/**
 * Node only: a store in a folder, safe between the processes of one machine. An object is a file at its key; the folder
 * `.whippet` beside them holds writes under way and locks, and is no part of the store's content.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { hasCode } from "../error-code.ts";
import { bytesOf } from "../hash.ts";
import { allows } from "./conditional.ts";
import { checkKey } from "./key.ts";
import { withLock } from "./lock.ts";
import { ConflictError, type ListedObject, type Store, type StoredObject } from "./store.ts";

const hash = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** `undefined` instead of an error with one of these codes: what was looked for is not there. */
const unless = async <T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
};
const ABSENT = ["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"];

/** Makes what was written or renamed outlast a power cut. */
const sync = async (path: string): Promise<void> => {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** @param folder made at the first write; relative to the working directory */
export const createFileStore = (folder: string): Store => {
  const root = resolve(folder);
  const drafts = join(root, ".whippet", "drafts");
  const locks = join(root, ".whippet", "locks");
  const pathOf = (key: string) => join(root, ...checkKey(key).split("/"));
  const lockOf = (key: string) => join(locks, hash(key));
  const etagOf = async (path: string) => {
    const bytes = await unless(ABSENT, readFile(path));
    return bytes && hash(bytes);
  };

  let held = false;
  /** Removing leaves `.whippet`, so a folder that held something and is empty now was not emptied but lost. */
  const checkThere = async (): Promise<void> => {
    if (!held) return;
    const entries = await unless(ABSENT, readdir(root));
    if (!entries?.length)
      throw new Error(`the folder ${root} is gone, or empty, though it held something; mount its disk or put it back`);
  };

  const writeDraft = async (bytes: Uint8Array): Promise<string> => {
    await mkdir(drafts, { recursive: true });
    const draft = join(drafts, randomUUID());
    const handle = await open(draft, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return draft;
  };

  /** A `remove` elsewhere may take the empty folder away before the file is in it: then it is made again. */
  const moveInto = async (draft: string, path: string): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      await mkdir(dirname(path), { recursive: true });
      try {
        await rename(draft, path);
        break;
      } catch (error) {
        if (!hasCode(error, "ENOENT") || attempt === 5) throw error;
      }
    }
    await sync(dirname(path));
  };

  const removeEmptyFolders = async (path: string): Promise<void> => {
    for (let at = dirname(path); at !== root && at.startsWith(root + sep); at = dirname(at))
      if (
        (await unless(
          ["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY"],
          rmdir(at).then(() => true),
        )) === undefined
      )
        return;
  };

  const filesBelow = async (path: string): Promise<string[]> => {
    const entries = (await unless(ABSENT, readdir(path, { withFileTypes: true }))) ?? [];
    const below = entries
      .filter(({ name }) => !name.startsWith("."))
      .map((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]));
    return (await Promise.all(below)).flat();
  };

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    const bytes = await unless(ABSENT, readFile(pathOf(key)));
    if (bytes === undefined) {
      await checkThere();
      return undefined;
    }
    held = true;
    const etag = hash(bytes);
    return etag === known ? "unchanged" : { bytes: bytesOf(bytes), etag };
  }

  return {
    url: `file:${folder}`,

    get,

    async getPart(key, start, end) {
      const handle = await unless(ABSENT, open(pathOf(key), "r"));
      if (!handle) {
        await checkThere();
        return undefined;
      }
      try {
        const found = await handle.stat();
        if (!found.isFile()) return undefined;
        const buffer = new Uint8Array(Math.max(0, Math.min(end, found.size) - start));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
        return { bytes: buffer.subarray(0, bytesRead), size: found.size };
      } finally {
        await handle.close();
      }
    },

    async put(key, bytes, { only } = {}) {
      const path = pathOf(key);
      const etag = hash(bytes);
      const draft = await writeDraft(bytes);
      try {
        await withLock(lockOf(key), async () => {
          if (only !== undefined) {
            const there = await etagOf(path);
            if (there === etag) return;
            if (!allows(only, there)) throw new ConflictError(key);
          }
          await moveInto(draft, path);
        });
      } finally {
        await rm(draft, { force: true });
      }
      return { etag };
    },

    async list(prefix) {
      const inside = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      const files = await filesBelow(inside === "" ? root : pathOf(inside.slice(0, -1)));
      if (files.length === 0) await checkThere();
      else held = true;
      const objects = await Promise.all(
        files.map(async (path): Promise<ListedObject | undefined> => {
          const key = relative(root, path).split(sep).join("/");
          const found = key.startsWith(prefix) ? await unless(ABSENT, stat(path)) : undefined;
          return found && { key, bytes: found.size, modified: found.mtime };
        }),
      );
      return objects.filter((object) => object !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1));
    },

    async remove(keys) {
      for (const key of keys) {
        const path = pathOf(key);
        await withLock(lockOf(key), () => unless(ABSENT, rm(path)));
        await removeEmptyFolders(path);
      }
    },

    async sweep(olderThan) {
      let swept = 0;
      for (const folder of [drafts, locks])
        for (const name of (await unless(ABSENT, readdir(folder))) ?? []) {
          const path = join(folder, name);
          const found = await unless(ABSENT, stat(path));
          if (found === undefined || found.mtime >= olderThan) continue;
          // taking a lock and giving it back removes a dead holder's, and waits for a living one
          if (folder === locks && !name.startsWith("draft-")) await withLock(path, async () => {});
          else await rm(path, { force: true });
          swept++;
        }
      return swept;
    },
  };
};
