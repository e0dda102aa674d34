/** A control group of Linux, which holds a process to the memory and the processor share of a Lambda function. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Cgroup {
  /** A command line that runs `command` inside. */
  wrap(command: readonly string[]): string[];
  /** As Lambda gives a function with this much memory: 1769 MB are one core. Undefined: as much as there is. */
  limitCpu(cores: number | undefined): void;
  /** How often the kernel had to end a process for want of memory. */
  kills(): number;
  remove(): void;
}

const ROOT = "/sys/fs/cgroup";
const PERIOD_US = 100_000;

/** This process's own group of a version 1 controller, whose child the new one must be. */
const ownGroup = (controller: string): string => {
  const line = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .find((entry) => entry.split(":")[1]?.split(",").includes(controller));
  return join(ROOT, controller, line?.split(":")[2] ?? "");
};

const setting = (file: string, value: string | number): void => writeFileSync(file, String(value));

let count = 0;

/** @returns undefined where groups cannot be made, as in most containers; then none is left either */
export const createCgroup = (memoryMb: number): Cgroup | undefined => {
  const name = `whippet-${process.pid}-${count++}`;
  const bytes = memoryMb * 1024 * 1024;
  const made: string[] = [];
  /** Its folder is the group. */
  const make = (group: string): string => {
    mkdirSync(group);
    made.push(group);
    return group;
  };
  const remove = () => made.splice(0).forEach((group) => void rmdirSync(group));
  try {
    const limited = existsSync(join(ROOT, "cgroup.controllers"))
      ? version2(make, name, bytes)
      : version1(make, name, bytes);
    return { ...limited, remove };
  } catch {
    remove();
    return undefined;
  }
};

type Limited = Omit<Cgroup, "remove">;

const version2 = (make: (group: string) => string, name: string, bytes: number): Limited => {
  const group = make(join(ROOT, name));
  setting(join(group, "memory.max"), bytes);
  setting(join(group, "memory.swap.max"), 0);
  return {
    wrap: (command) => enter([group], command),
    limitCpu: (cores) =>
      setting(join(group, "cpu.max"), `${cores === undefined ? "max" : Math.round(cores * PERIOD_US)} ${PERIOD_US}`),
    kills: () => Number(/oom_kill (\d+)/.exec(readFileSync(join(group, "memory.events"), "utf8"))?.[1] ?? 0),
  };
};

const version1 = (make: (group: string) => string, name: string, bytes: number): Limited => {
  const [memory, cpu] = [make(join(ownGroup("memory"), name)), make(join(ownGroup("cpu"), name))];
  setting(join(memory, "memory.limit_in_bytes"), bytes);
  setting(join(cpu, "cpu.cfs_period_us"), PERIOD_US);
  return {
    wrap: (command) => enter([memory, cpu], command),
    limitCpu: (cores) =>
      setting(join(cpu, "cpu.cfs_quota_us"), cores === undefined ? -1 : Math.round(cores * PERIOD_US)),
    kills: () => Number(/oom_kill (\d+)/.exec(readFileSync(join(memory, "memory.oom_control"), "utf8"))?.[1] ?? 0),
  };
};

/** The shell moves itself, then becomes the command, which so never was outside. */
const enter = (groups: readonly string[], command: readonly string[]): string[] => {
  const moves = groups.map((group) => `echo $$ > '${group}/cgroup.procs'`).join(" && ");
  return ["sh", "-c", `${moves} && exec "$@"`, "sh", ...command];
};
