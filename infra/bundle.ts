/** The folders that Lambda is given, built by `npm run build:lambda` as part of the deploy, so that none is ever stale. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

let built: string | undefined;

/**
 * `dist/lambda/NAME`, for the architecture.
 * @throws Error when the build fails or leaves no such folder
 */
export const bundleFolder = (name: "native" | "web" | "owner", architecture: "x86_64" | "arm64"): string => {
  // `sst remove` and `sst diff` need no fresh bundle
  if ($cli.command === "deploy" && built !== architecture) {
    const arch = architecture === "arm64" ? "arm64" : "x64";
    execFileSync("npm", ["run", "--silent", "build:lambda", "--", "--arch", arch], {
      cwd: $cli.paths.root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    built = architecture;
  }
  const folder = join("dist", "lambda", name);
  if (!existsSync(join($cli.paths.root, folder, "index.mjs")))
    throw new Error(`${folder}/index.mjs is missing; run \`npm run build:lambda\` and look at what it says`);
  return folder;
};
