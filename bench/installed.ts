/** How much `npm install whippet` puts on a disk. */
import { execFile } from "node:child_process";
import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../shared/package-root.ts";

/** Bytes of the files below `folder`, nested node_modules left out: their packages are counted on their own. */
const bytesBelow = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? 0 : bytesBelow(path);
    return (await lstat(path)).size;
  });
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
};

/** Every package of the production tree that is installed here, the largest first. */
export const installedPackages = async (): Promise<{ name: string; bytes: number }[]> => {
  const args = ["ls", "--omit=dev", "--all", "--parseable"];
  // npm ls fails where an optional package is missing, and still lists the others
  const { stdout } = await promisify(execFile)("npm", args, { cwd: packageRoot }).catch((error: unknown) => {
    if (error instanceof Error && "stdout" in error && String(error.stdout) !== "")
      return { stdout: String(error.stdout) };
    throw error;
  });
  const folders = [...new Set(stdout.trim().split("\n"))].filter((folder) => folder !== packageRoot);
  const packages = await Promise.all(
    folders.map(async (folder) => ({
      name: relative(join(packageRoot, "node_modules"), folder),
      bytes: await bytesBelow(folder),
    })),
  );
  return packages.sort((a, b) => b.bytes - a.bytes);
};
