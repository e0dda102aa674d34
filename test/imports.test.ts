import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../shared/package-root.ts";

/** What each folder's modules may import of ours, besides their own folder. */
const allowed: Record<string, readonly string[]> = {
  shared: [],
  functions: ["shared"],
  training: ["shared"],
  infra: [],
};

const importsOf = async (file: string): Promise<string[]> => {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
    relative(packageRoot, resolve(dirname(file), path!)),
  );
};

describe("imports point one way", () => {
  it.each(Object.entries(allowed))("%s imports of ours only itself and %j", async (folder, others) => {
    const entries = await readdir(join(packageRoot, folder), { recursive: true }).catch(() => []);
    const files = entries.filter((entry) => entry.endsWith(".ts"));
    if (folder !== "infra") expect(files.length).toBeGreaterThan(10);
    for (const file of files)
      for (const imported of await importsOf(join(packageRoot, folder, file)))
        expect([folder, ...others], `${folder}/${file} imports ${imported}`).toContain(imported.split("/")[0]);
  });
});
