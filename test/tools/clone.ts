/** What a newcomer has: a fresh clone of this checkout, and a shell that knows nothing of it. */
import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { delimiter, dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../shared/package-root.ts";

/** Copies what git knows, changes that are not yet committed included, and nothing that is built or installed. */
export const cloneCheckout = async (to: string): Promise<void> => {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await promisify(execFile)("git", listed, { cwd: packageRoot, maxBuffer: 1e8 });
  for (const path of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    // a file that is deleted but not yet committed is still listed
    await cp(join(packageRoot, path), join(to, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
};

/**
 * Without the programs that npm scripts put in front, and without npm's settings for this checkout. Which certificates are
 * trusted is the machine's to say.
 *
 * @param home an empty folder
 */
export const freshEnvironment = (home: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env)
      .filter(([name]) => !/^(npm_|WHIPPET_|VITEST|NODE_(?!EXTRA_CA_CERTS$)|AWS_|CLOUDFLARE_)/i.test(name))
      .map(([name, value]) => [name, value ?? ""]),
  ),
  PATH: (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`) && !folder.includes("node-gyp-bin"))
    .join(delimiter),
  HOME: home,
  npm_config_cache: join(process.env.HOME ?? home, ".npm"),
  ...more,
});
