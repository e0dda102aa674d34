/**
 * `npm run build:lambda [-- --arch arm64]`: what a deploy uploads, `dist/lambda/{native,web,owner}`, each folder with all that
 * its function needs: one script, and beside it the .wasm files and native libraries that it loads, and what browsers load from it. The same sources give
 * the same bytes.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { packageRoot } from "../../shared/package-root.ts";
import { writeCompressed } from "../page/assets/build.ts";

/** Lambda's two processors, by Node's names. */
export const architectures = ["x64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

export const bundles = ["native", "web", "owner"] as const;
export type Bundle = (typeof bundles)[number];

const { resolve } = createRequire(import.meta.url);
/** A package's folder; `main` is any module of it that it exports. */
const packageFolder = (name: string): string => resolve(name).replace(new RegExp(`(.*node_modules/${name})/.*`), "$1");

/** As wrangler does it for the Worker: an imported .wasm arrives compiled. Its file lies beside the script. */
const compiledWasm: Plugin = {
  name: "compiled wasm",
  setup({ onResolve, onLoad, initialOptions }) {
    onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: resolve(path), namespace: "wasm" }));
    onLoad({ filter: /.*/, namespace: "wasm" }, async ({ path }) => {
      await cp(path, join(initialOptions.outdir!, basename(path)));
      const contents = `import { readFileSync } from "node:fs";
        export default new WebAssembly.Module(readFileSync(new URL(${JSON.stringify(basename(path))}, import.meta.url)));`;
      return { contents, loader: "js" };
    });
  },
};

/** Packages that esbuild leaves out, since they load libraries by their own path: they are copied as they are. */
const copyNativeRuntime = async (folder: string, arch: Architecture): Promise<void> => {
  const runtime = packageFolder("onnxruntime-node");
  const library = join("bin/napi-v6/linux", arch);
  const script = (path: string) => !/\.(map|d\.ts)$/.test(path);
  const copy = (name: string, from: string, path: string) =>
    cp(join(from, path), join(folder, "node_modules", name, path), { recursive: true, filter: script });
  for (const path of ["package.json", "dist", library]) await copy("onnxruntime-node", runtime, path);
  const common = packageFolder("onnxruntime-common");
  for (const path of ["package.json", "dist/cjs"]) await copy("onnxruntime-common", common, path);
};

/** The lean engine reads them from beside itself; onnxruntime-web's WebAssembly is among the assets. */
const copyKernels = (folder: string): Promise<void> =>
  cp(join(packageRoot, "shared/engine/lean/kernels.wasm"), join(folder, "kernels.wasm"));

/** CommonJS inside the bundle asks for Node's modules by `require`, which an ES module lacks. */
const banner =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/**
 * @param folder where the bundle's own folder is made anew
 * @returns that folder
 */
export const buildLambda = async (
  bundle: Bundle,
  { folder = join(packageRoot, "dist/lambda"), arch = "x64" }: { folder?: string; arch?: Architecture } = {},
): Promise<string> => {
  const outdir = join(folder, bundle);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await build({
    absWorkingDir: packageRoot,
    entryPoints: { index: `functions/lambda/${bundle}.ts` },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    external: ["onnxruntime-node"],
    plugins: [compiledWasm],
    banner: { js: banner },
    format: "esm",
    platform: "node",
    target: "node22",
    // names stay, for stack traces in the log
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "warning",
  });
  // the page's, which the owner's function does not have
  if (bundle !== "owner") await writeCompressed(join(outdir, "assets"));
  if (bundle === "native") await copyNativeRuntime(outdir, arch);
  if (bundle === "web") await copyKernels(outdir);
  return outdir;
};

const isArchitecture = (value: string): value is Architecture => (architectures as readonly string[]).includes(value);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { arch } = parseArgs({ options: { arch: { type: "string", default: "x64" } } }).values;
  if (!isArchitecture(arch)) throw new Error(`--arch is ${arch}; it must be one of ${architectures.join(", ")}`);
  for (const bundle of bundles) console.log(await buildLambda(bundle, { arch }));
}
