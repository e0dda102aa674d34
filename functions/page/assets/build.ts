/**
 * Makes the assets from their sources: what runs a model in a browser, loaded on demand. `local.js` is the worker that the
 * page starts, and only names the script that it is now; that one, onnxruntime-web for models without a plan, and each .wasm
 * have their hash in their names and never change. The same sources give the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { packageRoot } from "../../../shared/package-root.ts";
import { compress } from "./folder.ts";
import { ASSETS, ENTRY } from "./names.ts";

const entry = "functions/page/browser/local/worker.ts";

/** `import file from "….wasm?asset"` gives the file's URL and its size, and puts the file among the assets. */
const wasmAssets = (assets: Map<string, Uint8Array>): Plugin => ({
  name: "wasm assets",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?asset$/ }, ({ path, importer }) => ({
      path: createRequire(importer).resolve(path.replace(/\?asset$/, "")),
      namespace: "asset",
    }));
    onLoad({ filter: /.*/, namespace: "asset" }, async ({ path }) => {
      const bytes = new Uint8Array(await readFile(path));
      const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
      const name = `${basename(path, ".wasm")}-${hash}.wasm`;
      assets.set(name, bytes);
      return { contents: JSON.stringify({ url: ASSETS + name, bytes: bytes.length }), loader: "json" };
    });
  },
});

/** @returns the assets by name */
export const buildAssets = async (): Promise<Map<string, Uint8Array>> => {
  const assets = new Map<string, Uint8Array>();
  const { outputFiles, metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { local: entry },
    outdir: "assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: ["chrome120", "firefox121", "safari17"],
    charset: "utf8",
    // onnxruntime-web looks whether there is one; esbuild's stand-in would be a script of its own, to be fetched first
    define: { require: "undefined" },
    plugins: [wasmAssets(assets)],
    logLevel: "warning",
  });
  for (const { path, contents } of outputFiles) assets.set(basename(path), contents);
  const [script] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry)!;
  assets.set(ENTRY, new TextEncoder().encode(`import "./${basename(script)}";\n`));
  return assets;
};

/** As `assetsInFolder` reads them. */
export const writeCompressed = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of await buildAssets()) await writeFile(join(folder, `${name}.br`), await compress(bytes));
};
