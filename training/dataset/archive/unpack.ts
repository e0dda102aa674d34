/**
 * A .zip, .tar or .tar.gz of photos, unpacked as a stream into a folder of the cache, to be read like any other. Archives come
 * from anywhere, so nothing of them is trusted: where entries say they belong, how large they say they are, how many there are.
 */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Progress } from "../../progress.ts";
import { codeOf, look } from "../walk.ts";
import { createAllowance } from "./allowance.ts";
import type { ReadEntries } from "./entry.ts";
import { entryPath } from "./entry-path.ts";
import { draftPrefix, markUsed, pruneUnpacked } from "./prune.ts";
import { ArchiveRefusal } from "./refusal.ts";
import { tarEntries, tarGzipEntries } from "./tar.ts";
import { zipEntries } from "./zip.ts";

export interface UnpackOptions {
  /** A folder of this machine; what is in it may be deleted whenever nothing runs. */
  cache: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** Whether `photos` is called as archives are. */
export const isArchive = (photos: string): boolean => /\.(zip|tar|tar\.gz|tgz)$/i.test(photos);

/**
 * Unpacks it, or finds what was unpacked of the same file before; the folder appears whole.
 *
 * @returns the folder that holds the classes or the labels: the archive's own top folder where there is just one
 * @throws Error naming the archive, what is wrong with it, and the fix
 */
export const unpackPhotos = async (archive: string, options: UnpackOptions): Promise<string> => {
  const { cache, signal } = options;
  const home = join(cache, "archives");
  const folder = join(home, await identityOf(archive));
  const now = new Date();
  if (await isThere(folder)) {
    await markUsed(folder, now);
    return topFolder(folder);
  }
  const draft = join(home, `${draftPrefix}${randomUUID()}`);
  try {
    await mkdir(draft, { recursive: true });
    await pruneUnpacked(home, now);
    await unpackInto(draft, archive, options);
    await rename(draft, folder).catch(async (error: unknown) => {
      // another process unpacked the same archive meanwhile, and was faster
      if (!(await isThere(folder))) throw error;
      await rm(draft, { recursive: true, force: true });
    });
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    signal?.throwIfAborted();
    const fix = cause instanceof ArchiveRefusal ? "" : "; it may be damaged: download or pack it again";
    throw new Error(`${archive} cannot be unpacked: ${reasonOf(cause)}${fix}`, { cause });
  }
  return topFolder(folder);
};

const isThere = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  );

/** Node's web streams wrap what went wrong in an error without words. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || reasonOf(error.cause) : String(error);

/** What the file system says of the file: another content is another time of change. */
const identityOf = async (archive: string): Promise<string> => {
  const { size, mtimeMs, ctimeMs, ino } = await stat(archive).catch((cause: unknown) => {
    throw new Error(`${archive} cannot be opened (${codeOf(cause)}); give a .zip, .tar or .tar.gz of photos`, {
      cause,
    });
  });
  const identity = [await realpath(archive), size, mtimeMs, ctimeMs, ino];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
};

/** Files are recognised by their first bytes: "PK" of a zip, the magic number of gzip, else a tar. */
const readerOf = async (archive: string): Promise<ReadEntries> => {
  const file = await open(archive);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.toString("latin1") === "PK") return zipEntries;
    return buffer.readUInt16BE() === 0x1f8b ? tarGzipEntries : tarEntries;
  } finally {
    await file.close();
  }
};

const unpackInto = async (folder: string, archive: string, { progress, signal }: UnpackOptions): Promise<void> => {
  const { size } = await stat(archive);
  const allowance = createAllowance(size);
  const read = await readerOf(archive);
  const stage = progress.stage("unpack");
  let bytes = 0;
  let files = 0;
  let others = 0;
  const onBytes = (count: number): void => {
    allowance.bytes(count);
    bytes += count;
  };
  for await (const { name, open } of read(archive, onBytes)) {
    signal?.throwIfAborted();
    allowance.entry();
    if (!open && name.endsWith("/")) continue;
    const path = entryPath(name);
    if (path === undefined) continue;
    if (!open) {
      // a link may point anywhere, and what it points to is in the archive under its own name
      others++;
      continue;
    }
    const to = join(folder, path);
    await mkdir(dirname(to), { recursive: true });
    // "wx": two entries of one name would be two photos in one file
    await pipeline(await open(), createWriteStream(to, { flags: "wx" }), { signal }).catch((error: unknown) => {
      throw codeOf(error) === "EEXIST" ? new ArchiveRefusal(`it holds ${name} twice; pack the photos again`) : error;
    });
    files++;
  }
  if (files === 0)
    throw new ArchiveRefusal("it holds no files; pack a folder per class, or photos with their labels.csv");
  stage.end(
    `${files} files, ${Math.round(bytes / 1e6)} MB, from ${basename(archive)}` +
      `${others > 0 ? `; ${others} links and the like left out` : ""}`,
  );
};

/** People pack the folder or what is in it: the former shows as a single folder with more than photos in it. */
const topFolder = async (folder: string): Promise<string> => {
  const { files, folders } = await look(folder);
  if (files.length > 0 || folders.length !== 1) return folder;
  const [only] = folders as [string];
  const inside = await look(only);
  return inside.folders.length >= 2 || inside.files.some((path) => path.endsWith(".csv")) ? topFolder(only) : folder;
};
