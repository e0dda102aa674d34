/** A published model as a folder that needs no Whippet: the model, the way from photo to answer, an example, the probes. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile as readLocal, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isPlanFile } from "../../shared/engine/lean/is-plan.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { readFile, readProbes } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { codeOf } from "../../training/dataset/walk.ts";
import { runtimeFiles } from "./runtime/files.ts";
import { readmeOf, type Target, ways } from "./targets.ts";

type NamedFile = readonly [path: string, bytes: Uint8Array | string];

/** Of the target itself, with the model's name in its pages. */
const templates = async (target: Target, name: string): Promise<NamedFile[]> => {
  const folder = join(packageRoot, "cli/export/files", target);
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (file) => [file, (await readLocal(join(folder, file), "utf8")).replaceAll("{{name}}", name)]),
  );
};

const published = async (store: Store, manifest: Manifest, target: Target): Promise<NamedFile[]> => {
  const { probes } = await readProbes(store, manifest);
  const paths = [
    manifest.serve[ways[target].engine],
    manifest.probes.path,
    ...probes.map(({ file }) => `probes/${file}`),
  ];
  return Promise.all(paths.map(async (path) => [path, await readFile(store, manifest, path)]));
};

export interface Exported {
  files: number;
  bytes: number;
}

/**
 * Appears whole or not at all.
 *
 * @throws Error when `out` is there already, or cannot be made
 */
export const writeExport = async (store: Store, manifest: Manifest, target: Target, out: string): Promise<Exported> => {
  const folder = resolve(out);
  await requireAbsent(folder, out);
  const isOnnx = !isPlanFile(manifest.serve.web);
  const files: NamedFile[] = [
    ["README.md", readmeOf(target, manifest)],
    ["manifest.json", JSON.stringify(manifest, undefined, 2)],
    ...(await templates(target, manifest.name)),
    ...(target === "python" ? [] : await runtimeFiles(isOnnx)),
    ...(await published(store, manifest, target)),
  ];
  const draft = join(dirname(folder), `.${basename(folder)}.${randomUUID()}`);
  try {
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), bytes);
    }
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw new Error(`${out} cannot be written (${codeOf(cause)}); give a folder in a place that can be`, { cause });
  }
  return { files: files.length, bytes: files.reduce((sum, [, bytes]) => sum + Buffer.byteLength(bytes), 0) };
};

/** An empty folder will do. */
const requireAbsent = async (folder: string, out: string): Promise<void> => {
  const found = await readdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return [];
    throw new Error(`${out} is there already and is no folder (${codeOf(cause)}); give another`, { cause });
  });
  if (found.length > 0)
    throw new Error(`${out} is there already and not empty; give a folder that is not, or remove it: rm -r ${out}`);
};
