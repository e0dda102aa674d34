/**
 * Node only: one holder at a time among the processes of one machine, by a lock file that a dead holder cannot keep.
 *
 * The file is linked into place whole, so it always names its holder. Whoever finds a dead holder's lock removes it while
 * holding a second lock named after that one holding; so no one can remove a lock that a living process has taken since.
 * Should the remover die as well, its own lock is removed in the same way.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { hasCode } from "../error-code.ts";

const holderSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** When the process began, as the kernel counts; tells a process from a later one with the same id. */
  started: z.string().optional(),
  /** This one holding. */
  id: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

/** Long enough for any holder, which only compares and renames; then a person has to look. */
const PATIENCE_MS = 20_000;

/** Field 22 of /proc/PID/stat (proc(5)), counted from behind the command's name; undefined where there is no /proc. */
const startOf = async (pid: number): Promise<string | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
};

const isDead = async ({ host, pid, started }: Holder): Promise<boolean> => {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
  return started !== undefined && (await startOf(pid)) !== started;
};

/** Locks appear whole, so only a power cut leaves one that cannot be read; its holder is as dead as the power. */
const LOST: Holder = { host: hostname(), pid: 0, started: "before the power cut", id: "lost" };

const holderOf = async (file: string): Promise<Holder | undefined> => {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return LOST;
  }
};

/** True when `file` is now ours. */
const take = async (file: string, holder: Holder): Promise<boolean> => {
  const draft = join(dirname(file), `draft-${holder.id}`);
  try {
    await writeFile(draft, JSON.stringify(holder));
    await link(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

const removeDead = (file: string, dead: Holder): Promise<void> =>
  withLock(join(dirname(file), `${basename(file).slice(0, 64)}-${dead.id}`), async () => {
    if ((await holderOf(file))?.id === dead.id) await rm(file);
  });

/**
 * Runs `work` while no other process, and nothing else in this one, holds `file`. Its folder is made if need be.
 * @throws Error naming the holder when the lock stays taken for 20 s
 */
export const withLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(file), { recursive: true });
  const started = await startOf(process.pid);
  const holder: Holder = {
    host: hostname(),
    pid: process.pid,
    id: randomUUID(),
    ...(started === undefined ? {} : { started }),
  };
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await take(file, holder))) {
    const other = await holderOf(file);
    if (other === undefined) continue;
    if (await isDead(other)) await removeDead(file, other);
    else if (Date.now() > deadline)
      throw new Error(
        `${file} has been held by process ${other.pid} on ${other.host} for ${PATIENCE_MS / 1000} s; end that process, or remove the file if it is gone`,
      );
    else await sleep(2 + Math.random() * 8);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
