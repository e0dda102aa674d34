/**
 * `node functions/page/assets/cloudflare.ts FOLDER`, which wrangler.toml calls before each build: the assets as Cloudflare's
 * static assets, which it compresses and serves itself, so that they cost the Worker neither script nor requests. With them
 * the headers that go with each. Source: developers.cloudflare.com/workers/static-assets/headers
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { headersOf } from "./assets.ts";
import { buildAssets } from "./build.ts";
import { ASSETS } from "./names.ts";

/** Several wranglers may build at once, and each must find its files whole. */
const replace = async (path: string, bytes: Uint8Array): Promise<void> => {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(bytes)) return;
  const written = `${path}.${process.pid}`;
  await writeFile(written, bytes);
  await rename(written, path);
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder to write to: [assets] directory of wrangler.toml");
const assets = await buildAssets();
const below = join(folder, ASSETS);
await mkdir(below, { recursive: true });
for (const name of await readdir(below))
  if (/\.(js|wasm)$/.test(name) && !assets.has(name)) await rm(join(below, name), { force: true });
for (const [name, bytes] of assets) await replace(join(below, name), bytes);
const rules = [...assets.keys()].flatMap((name) => [
  ASSETS + name,
  ...Object.entries(headersOf(name)).map(([header, value]) => `  ${header}: ${value}`),
]);
await replace(join(folder, "_headers"), new TextEncoder().encode(`${rules.join("\n")}\n`));
