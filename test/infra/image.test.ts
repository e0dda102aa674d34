/** What the training images are built from: pinned, complete, and no more than they need. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { dockerfile, imageContext } from "../../infra/image-context.ts";
import { packageRoot } from "../../shared/package-root.ts";

const read = (path: string): Promise<string> => readFile(join(packageRoot, path), "utf8");
const text = await read(dockerfile);
const packageJson = JSON.parse(await read("package.json"));
const lock = JSON.parse(await read("package-lock.json"));

const instructions = text
  .replaceAll(/^#.*\n/gm, "")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => ({ name: line.split(" ")[0], rest: line.slice(line.indexOf(" ") + 1) }));
const all = (name: string): string[] => instructions.filter((line) => line.name === name).map(({ rest }) => rest);

describe("training/task/Dockerfile", () => {
  it("takes the TensorFlow binding that package.json names as its optional peer", () => {
    expect(text).toContain(`@tensorflow/tfjs-node-gpu@${packageJson.peerDependencies["@tensorflow/tfjs-node-gpu"]}`);
    // without it npm 11 installs nothing, and says that all is up to date
    expect(text).toMatch(/npm install --no-save --save-prod .*@tensorflow\/tfjs-node-gpu/);
    expect(packageJson.peerDependenciesMeta["@tensorflow/tfjs-node-gpu"]).toEqual({ optional: true });
    // the bindings and the package are one TensorFlow.js
    for (const binding of ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"])
      expect(packageJson.peerDependencies[binding]).toBe(packageJson.dependencies["@tensorflow/tfjs"]);
  });

  it("is never asked of those who install the package: the lockfile has no binding", () => {
    expect(Object.keys(lock.packages).filter((path) => path.includes("tfjs-node"))).toEqual([]);
    expect(lock.packages[""].peerDependenciesMeta).toEqual(packageJson.peerDependenciesMeta);
  });

  it("builds on images pinned by digest, from registries without Docker Hub's limit on pulls: our Node, and CUDA 11 with cuDNN 8", () => {
    const bases = Object.fromEntries(all("ARG").map((line) => line.split("=") as [string, string]));
    expect(bases.NODE).toMatch(
      new RegExp(
        `^public.ecr.aws/docker/library/node:${packageJson.devDependencies.node}-bookworm-slim@sha256:[0-9a-f]{64}$`,
      ),
    );
    expect(bases.CUDA).toMatch(/^nvcr\.io\/nvidia\/cuda:11\.\d+\.\d+-cudnn8-runtime-ubuntu22\.04@sha256:[0-9a-f]{64}$/);
    for (const base of all("FROM")) expect(base).toMatch(/^(\$\{NODE\}|\$\{CUDA\}|packages) AS /);
  });

  it("starts the task itself, as nobody in particular", () => {
    expect(all("ENTRYPOINT")).toEqual(['["node", "training/task/main.ts"]', '["node", "training/task/main.ts"]']);
    expect(all("USER")).toEqual(["1000:1000", "1000:1000"]);
    expect(all("CMD")).toEqual([]);
  });

  it("copies what is uploaded and hashed for it, and its .dockerignore lets only that through", async () => {
    const copied = all("COPY")
      .filter((line) => !line.startsWith("--from"))
      .flatMap((line) => line.split(" ").slice(0, -1));
    expect([...new Set(copied)].sort()).toEqual([...imageContext].sort());
    const ignore = (await read(`${dockerfile}.dockerignore`)).split("\n").filter((line) => /^[^#]/.test(line));
    expect(ignore[0]).toBe("*");
    expect(ignore.filter((line) => line.startsWith("!"))).toEqual([...imageContext].sort().map((path) => `!${path}`));
  });

  it("holds every module that the task imports, and every package is one that `npm ci --omit=dev` installs", async () => {
    const { metafile } = await build({
      absWorkingDir: packageRoot,
      entryPoints: ["training/task/main.ts"],
      bundle: true,
      write: false,
      metafile: true,
      packages: "external",
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const folders = new Set(Object.keys(metafile.inputs).map((path) => path.split("/")[0]));
    for (const folder of folders) expect(imageContext).toContain(folder);
    const packages = Object.values(metafile.inputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external, path }) => external && !path.startsWith("node:"))
      .map(({ path }) => path.split("/", path.startsWith("@") ? 2 : 1).join("/"));
    expect(packages).not.toEqual([]);
    for (const name of new Set(packages)) expect(Object.keys(packageJson.dependencies)).toContain(name);
  });
});
