/** Clears what was unpacked from archives and is no longer used: photos are large, and the archive itself is still there. */
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

const DAY = 24 * 60 * 60 * 1000;
/** Unused folders go after a month; drafts after a day, for nobody unpacks that long. */
const [UNUSED, ABANDONED] = [30 * DAY, DAY];

/** What the beginnings of unpacked folders that are not whole yet are called. */
export const draftPrefix = "draft-";

/** Says that a folder is in use now. */
export const markUsed = (folder: string, now: Date): Promise<void> => utimes(folder, now, now);

export const pruneUnpacked = async (home: string, now: Date): Promise<void> => {
  for (const name of await readdir(home)) {
    const folder = join(home, name);
    // another process may clear it at the same time
    const used = await stat(folder).catch(() => undefined);
    if (used === undefined) continue;
    const patience = name.startsWith(draftPrefix) ? ABANDONED : UNUSED;
    if (now.getTime() - used.mtimeMs > patience) await rm(folder, { recursive: true, force: true });
  }
};
