/**
 * Bundles what the pages need of script, and that at `/` of style, from `browser/` into modules of `gen/`, which are committed, so that
 * Node, a Worker and the package serve the same bytes without a build: `npm run build:page`. The same sources give the same
 * bytes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Entries below `browser/`. */
const entries = ["classify.css", "classify.ts", "docs.ts", "model.ts"] as const;

/** @returns the modules of `gen/`, by file name; each exports its text */
export const bundleTexts = async (): Promise<Map<string, string>> => {
  const modules = new Map<string, string>();
  for (const entry of entries) {
    const { outputFiles } = await build({
      absWorkingDir: here,
      entryPoints: [join("browser", entry)],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: ["chrome120", "firefox121", "safari17"],
      charset: "utf8",
      logLevel: "warning",
    });
    const name = `${entry.replace(/\.ts$/, ".js")}.ts`;
    modules.set(name, `// made by npm run build:page\nexport default ${JSON.stringify(outputFiles[0]!.text)};\n`);
  }
  return modules;
};

if (import.meta.main) {
  await mkdir(join(here, "gen"), { recursive: true });
  for (const [file, module] of await bundleTexts()) await writeFile(join(here, "gen", file), module);
}
