/** On what, and with which software, a model was made: for the manifest. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { Manifest } from "../shared/manifest.ts";
import { packageRoot } from "../shared/package-root.ts";

export const hardware = (): Manifest["hardware"] => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e8) / 10,
  platform: `${process.platform}-${process.arch}`,
});

const packages = ["onnxruntime-node", "onnxruntime-web", "@tensorflow/tfjs", "sharp"] as const;

export const versions = (): Manifest["versions"] => ({
  whippet: versionIn(packageRoot),
  node: process.versions.node,
  ...Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
});

const require = createRequire(import.meta.url);

/** Packages whose `exports` hide their package.json are found by walking up from their entry. */
export const packageVersion = (name: string): string => {
  let folder: string;
  try {
    folder = dirname(require.resolve(name));
  } catch {
    return "not installed";
  }
  while (!folder.endsWith(join("node_modules", name)) && folder !== dirname(folder)) folder = dirname(folder);
  return versionIn(folder);
};

const versionIn = (folder: string): string => {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
  return version ?? "unknown";
};
