/**
 * `npm ci` of a checkout, also on a closed network: onnxruntime-node's install script would fetch CUDA's files from NuGet, which
 * nobody here uses. npm 11 denies it by `allowScripts`; npm 10 runs what the lockfile says has a script.
 */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../shared/package-root.ts";

const read = async <Content>(file: string): Promise<Content> =>
  JSON.parse(await readFile(join(packageRoot, file), "utf8")) as Content;

it("runs no install script of onnxruntime-node, on any npm", async () => {
  const { packages } = await read<{ packages: Record<string, { hasInstallScript?: true }> }>("package-lock.json");
  const { allowScripts } = await read<{ allowScripts: Record<string, boolean> }>("package.json");
  const scripted = Object.keys(packages).filter((path) => packages[path]!.hasInstallScript);
  // an update of the package brings the line back: take it out again
  expect(scripted).not.toContain("node_modules/onnxruntime-node");
  expect(allowScripts["onnxruntime-node"]).toBe(false);
  // and npm 11 has nothing left to ask
  for (const path of scripted) expect(allowScripts).toHaveProperty([path.replace(/^.*node_modules\//, "")]);
});

it("leaves npm nothing to warn of at every command", () => {
  const { status, stderr } = spawnSync("npm", ["run"], { cwd: packageRoot, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stderr).not.toContain("warn");
});
