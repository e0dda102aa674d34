/** The Worker as wrangler would upload it, and what of it counts. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { packageRoot } from "../shared/package-root.ts";

const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");

/** Builds it into `folder` without an account and without uploading. */
export const buildWorker = async (folder: string): Promise<void> => {
  const args = [wrangler, "deploy", "--dry-run", "--config", join(packageRoot, "wrangler.toml"), "--outdir", folder];
  const environment = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, args, { env: environment, cwd: packageRoot });
};

/** Bytes of each uploaded module after gzip; source maps and the README stay here. */
export const gzippedModules = async (folder: string): Promise<{ module: string; bytes: number; gzip: number }[]> => {
  const modules = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name));
  return Promise.all(
    modules.map(async (module) => {
      const bytes = await readFile(join(folder, module));
      return { module, bytes: bytes.length, gzip: (await promisify(gzip)(bytes)).length };
    }),
  );
};
