/** Programs that Debian packages. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where on the PATH it lies. */
export const programNamed = (name: string): string | undefined =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);

const run = (...words: string[]): boolean =>
  spawnSync("apt-get", words, {
    stdio: "ignore",
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).status === 0;

/** Installs packages, where that is allowed: by root, on Linux. @returns whether they are there now */
export const installed = (...packages: string[]): boolean =>
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  run("update") &&
  run("install", "-y", "--no-install-recommends", ...packages);
