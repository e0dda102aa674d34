/** A copy of the deployment's configuration in a folder of its own, to evaluate as it is or with something changed in it. */
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../shared/package-root.ts";
import type { Graph } from "./graph.ts";
import { platformFolder } from "./platform.ts";

const run = promisify(execFile);

/** In `file`, the text `find` becomes `put`. */
export interface Change {
  file: string;
  find: string;
  put: string;
}

export interface Situation {
  stage: string;
  changes?: readonly Change[];
  docker?: boolean;
  /** Whether CLOUDFLARE_API_TOKEN is set. */
  cloudflare?: boolean;
}

/** What the config hashes or packs, but does not run. */
const linked = [".npmrc", "functions", "models", "package-lock.json", "shared", "training", "wrangler.toml"];

/** Stands for the real build, which takes seconds and is tested where it lives. */
const buildOfEmptyBundles =
  'import { mkdirSync, writeFileSync } from "node:fs";' +
  'for (const name of ["native", "web", "owner"]) {' +
  '  mkdirSync("dist/lambda/" + name, { recursive: true });' +
  '  writeFileSync("dist/lambda/" + name + "/index.mjs", "");' +
  "}";

const writeProject = async (folder: string, { changes = [], docker = false }: Situation): Promise<void> => {
  await cp(join(packageRoot, "sst.config.ts"), join(folder, "sst.config.ts"));
  await cp(join(packageRoot, "infra"), join(folder, "infra"), { recursive: true });
  for (const path of linked) await symlink(join(packageRoot, path), join(folder, path));
  await writeFile(
    join(folder, "package.json"),
    '{ "type": "module", "scripts": { "build:lambda": "node build.mjs" } }',
  );
  await writeFile(join(folder, "build.mjs"), buildOfEmptyBundles);
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin", "docker"), `#!/bin/sh\nexit ${docker ? 0 : 1}\n`);
  await chmod(join(folder, "bin", "docker"), 0o755);
  for (const { file, find, put } of changes) {
    const text = await readFile(join(folder, file), "utf8");
    if (!text.includes(find)) throw new Error(`${file} does not hold ${JSON.stringify(find)}`);
    await writeFile(
      join(folder, file),
      text.replace(find, () => put),
    );
  }
};

/** The graph of resources that a deploy would make. */
export const evaluate = async (situation: Situation): Promise<Graph> => {
  const folder = await mkdtemp(join(tmpdir(), "whippet-infra-"));
  try {
    await writeProject(folder, situation);
    const { CLOUDFLARE_API_TOKEN: _, ...environment } = process.env;
    const { stdout } = await run(
      process.execPath,
      [join(packageRoot, "test", "infra", "evaluate.ts"), platformFolder, folder, situation.stage],
      {
        cwd: folder,
        maxBuffer: 1e8,
        env: {
          ...environment,
          PATH: [join(folder, "bin"), environment.PATH].join(delimiter),
          ...(situation.cloudflare && { CLOUDFLARE_API_TOKEN: "cloudflare-token" }),
        },
      },
    );
    return JSON.parse(stdout) as Graph;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
