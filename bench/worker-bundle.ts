/** The Worker as wrangler would upload it, and what of it counts. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { runWrangler } from "../cli/wrangler.ts";

/** In bytes after gzip. Not enforced by Cloudflare, but by the start-up time that a larger script would take. */
export const workers = [
  { title: "The Worker", entry: "functions/edge.ts", bound: 400_000 },
  { title: "The Worker with onnxruntime-web", entry: "functions/edge-onnx.ts", bound: 4_200_000 },
] as const;

/** Builds `entry` into `folder` without an account and without uploading. */
export const buildWorker = async (entry: string, folder: string): Promise<void> => {
  await runWrangler({ args: ["deploy", entry, "--dry-run", "--outdir", folder] });
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
