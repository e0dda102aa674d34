/** What the workerd process costs, read from outside, since its own clock stands still. Linux only. */
import { readdir, readFile } from "node:fs/promises";

/** USER_HZ, in which the kernel counts a process's time on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessStat {
  pid: number;
  parent: number;
  name: string;
  ticks: number;
}

const readStat = async (pid: string): Promise<ProcessStat | undefined> => {
  // a process may end between the listing and the reading
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat ?? "") ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const fields = rest.split(" ");
  return { pid: Number(pid), parent: Number(fields[1]), name, ticks: Number(fields[11]) + Number(fields[12]) };
};

/** CPU milliseconds so far of every workerd that this process started. */
export const workerdCpu = async (): Promise<number> => {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = (await Promise.all(pids.map(readStat))).filter((stat) => stat !== undefined);
  const mine = stats.filter(({ parent, name }) => parent === process.pid && name === "workerd");
  if (mine.length === 0) throw new Error("no workerd runs below this process; was its harness started?");
  return mine.reduce((sum, { ticks }) => sum + (ticks * 1000) / TICKS_PER_SECOND, 0);
};
