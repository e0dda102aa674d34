/** A name for what files hold: the same files give the same hash on every machine. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * @param paths files and folders below `root`
 * @returns 16 hexadecimal digits
 */
export const contentHash = (root: string, paths: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((path) => filesBelow(root, path)).sort())
    hash.update(`${path}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  return hash.digest("hex").slice(0, 16);
};

const filesBelow = (root: string, path: string): string[] =>
  statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path)).flatMap((name) => filesBelow(root, `${path}/${name}`))
    : [path];
