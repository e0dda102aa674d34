/** The packed tarball, installed in an empty folder as from a registry, trains and classifies. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join, sep } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildAssets } from "../../functions/page/assets/build.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { draw, drawFolder } from "../drawing.ts";
import { endCommands, runCommand, serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const run = promisify(execFile);
const { home, remove } = await temporaryFolder("package");
const empty = join(home, "empty");

/** The machine's own programs, without those that npm scripts put in front; and nothing of this checkout's npm settings. */
const machinePath = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`) && !folder.includes("node-gyp-bin"));
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  PATH: machinePath.join(delimiter),
  ONNXRUNTIME_NODE_INSTALL: "skip",
};
const npm = (args: readonly string[], cwd: string) =>
  run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env: environment, maxBuffer: 1e8 });

const machineNode = machinePath.map((folder) => join(folder, "node")).find(existsSync);
const installed = join(empty, "node_modules/whippet/cli/bin.js");

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}
let packed: Packed;

beforeAll(async () => {
  await mkdir(empty);
  // prepack runs esbuild, which is the checkout's
  const { stdout } = await run("npm", ["pack", "--json", "--silent", "--pack-destination", home], {
    cwd: packageRoot,
    maxBuffer: 1e8,
  });
  [packed] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [Packed];
  await writeFile(join(empty, "package.json"), "{}");
  await npm(["install", join(home, packed.filename)], empty);
  await drawFolder(join(empty, "photos"), 2, 10);
  await writeFile(join(empty, "star.jpg"), await draw("stars", 3).jpeg().toBuffer());
});
afterAll(async () => {
  endCommands();
  await remove();
});

describe("the tarball", () => {
  it("holds the bundle, the backbones and the licence, and neither photos, tests nor TypeScript", async () => {
    const paths = packed.files.map(({ path }) => path);
    console.log(`tarball: ${packed.size} bytes, ${packed.unpackedSize} unpacked, ${paths.length} files`);
    for (const needed of ["cli/bin.js", "dist/cli/main.js", "dist/training/features/worker.js", "models/LICENSE"])
      expect(paths).toContain(needed);
    for (const asset of (await buildAssets()).keys()) expect(paths).toContain(`dist/assets/${asset}.br`);
    expect(
      paths.filter(
        (path) =>
          /\.(tsx?|jpe?g|png|webp)$|(^|\/)(test|bench|shared|training|functions)\//i.test(path) &&
          !path.startsWith("dist/"),
      ),
    ).toEqual([]);
    // two backbones in fp16 are 21 MB of it
    expect(packed.size).toBeLessThan(30_000_000);
  });
});

const nodes = [
  ["the machine's Node", machineNode],
  ["Node 22", process.execPath],
] as const;

describe.each(nodes)("installed in an empty folder, on %s", (name, node) => {
  const whippet = (...args: string[]) => runCommand(args, { cwd: empty, program: [node!, installed] });

  it("trains, publishes and classifies", async () => {
    const { stdout: version } = await run(node!, ["--version"]);
    console.log(`installed, on ${version.trim()}`);
    const trained = await whippet("train", "photos", "--json");
    expect(trained.code, trained.stderr).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ model: "photos", promoted: true, classes: 2, photos: 20 });
    const classified = await whippet("classify", "star.jpg", "--json");
    expect(classified.code, classified.stderr).toBe(0);
    expect(JSON.parse(classified.stdout)).toMatchObject({ file: "star.jpg", model: "photos" });
  });

  it("exports a model to a folder whose own self-test passes", async () => {
    const folder = `exported-by-${name.replaceAll(/\W+/g, "-")}`;
    const { code, stderr } = await whippet("export", "photos", "--to", "node", folder);
    expect(code, stderr).toBe(0);
    const { stdout } = await run(node!, ["selftest.js"], { cwd: join(empty, folder) });
    expect(stdout).toMatch(/^16 of 16 probes agree/m);
    const python = await whippet("export", "photos", "--to", "python", `${folder}-python`);
    expect(python.code, python.stderr).toBe(0);
    expect(existsSync(join(empty, `${folder}-python/pixels.py`))).toBe(true);
  });

  it("serves what browsers run models with", async () => {
    const server = await serve([], { cwd: empty, program: [node!, installed] });
    const page = await (await fetch(server.url)).text();
    expect(page).toContain("Run in this browser");
    for (const [name, bytes] of await buildAssets()) {
      const response = await fetch(`${server.url}/assets/${name}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes), name).toBe(true);
    }
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });

  it("builds the dog breeds where nothing is published", async () => {
    const { code, stdout, stderr } = await whippet(
      "classify",
      "star.jpg",
      "--store",
      `file:dogs-of-${name.replaceAll(/\W+/g, "-")}`,
      "--json",
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: "dog-breeds" });
  });
});

describe("npx", () => {
  it("finds the command in the folder", async () => {
    const { stdout } = await run("npx", ["--no-install", "whippet", "classify", "star.jpg", "--json"], {
      cwd: empty,
      env: environment,
    });
    expect(JSON.parse(stdout)).toMatchObject({ model: "photos" });
  });
});
