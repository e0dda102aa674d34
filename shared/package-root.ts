/** Node only: where this package's own files lie, in the checkout (.ts) as in an installed tarball (bundled under dist/). */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(import.meta.url);

/** The folder of Whippet's package.json. */
export const packageRoot: string = (() => {
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${here}; reinstall whippet`);
  }
})();

/** Whether this runs from TypeScript; in the package, and in a bundle, nothing does. */
export const isCheckout: boolean = here.endsWith(".ts");

/**
 * The file a worker thread starts from: `training/features/worker` is that .ts file in the checkout,
 * `dist/training/features/worker.js` in the package.
 */
export const workerFile = (module: string): URL =>
  pathToFileURL(isCheckout ? join(packageRoot, `${module}.ts`) : join(packageRoot, "dist", `${module}.js`));
