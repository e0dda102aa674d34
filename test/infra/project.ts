/** A copy of the deployment's configuration in a folder of its own, to evaluate as it is or with something changed in it. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { evaluated } from "./evaluators.ts";
import type { Graph } from "./graph.ts";
import { platformFolder } from "./platform.ts";

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
  /** What `sst secret set OwnerToken` was given; by default nobody has set it. */
  ownerToken?: string;
}

/** What the config hashes or packs, but does not run. */
const linked = [".npmrc", "functions", "models", "package-lock.json", "shared", "training", "wrangler.toml"];

/** Stands for the real build, which takes seconds and is tested where it lives. */
const buildOfEmptyBundles = [
  "#!/bin/sh",
  'test "$*" = "run --silent build:lambda -- --arch x64" || exit 1',
  "for name in native web owner; do",
  "  mkdir -p dist/lambda/$name",
  "  : > dist/lambda/$name/index.mjs",
  "done",
  "",
].join("\n");

const writeProject = async (folder: string, { changes = [], docker = false }: Situation): Promise<void> => {
  await cp(join(packageRoot, "sst.config.ts"), join(folder, "sst.config.ts"));
  await cp(join(packageRoot, "infra"), join(folder, "infra"), { recursive: true });
  for (const path of linked) await symlink(join(packageRoot, path), join(folder, path));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const commands = { docker: `#!/bin/sh\nexit ${docker ? 0 : 1}\n`, npm: buildOfEmptyBundles };
  await mkdir(join(folder, "bin"));
  for (const [name, script] of Object.entries(commands))
    await writeFile(join(folder, "bin", name), script, { mode: 0o755 });
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
    return await evaluated({
      platform: platformFolder,
      project: folder,
      stage: situation.stage,
      environment: {
        PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
        CLOUDFLARE_API_TOKEN: situation.cloudflare ? "cloudflare-token" : "",
        CLOUDFLARE_ACCOUNT_ID: "",
        // as SST's command hands secrets to the program
        SST_SECRET_OwnerToken: situation.ownerToken ?? null,
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
