/** What a deploy would upload. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBundle, zippedBytes } from "../../../bench/lambda/zip.ts";
import { architectures, type Bundle, buildLambda } from "../../../functions/lambda/build.ts";
import { temporaryFolder } from "../../e2e/folders.ts";

const { home, remove } = await temporaryFolder("bundles");
afterAll(remove);

/** Names below the bundle's folder, without scripts' endings. */
const contents = async (folder: string): Promise<string[]> => (await listBundle(folder)).map(({ path }) => path);

/** Names of assets without the hashes in them. */
const withoutHash = (path: string): string => path.replace(/^(assets\/.*)-\w+(\.(js|wasm)\.br)$/, "$1$2");
const assets = [
  ...["jpeg-turbo.wasm", "kernels.wasm", "local.js", "local.js", "ort-wasm-simd-threaded.wasm"],
  ...["ort.wasm.bundle.min.js", "squoosh_png_bg.wasm", "webp_dec.wasm"],
].map((name) => `assets/${name}.br`);

const decoders = ["jpeg-turbo.wasm", "squoosh_png_bg.wasm", "webp_dec.wasm"];
const ZIP_LIMIT = 60_000_000;

/** The processors of an ELF file's header (e_machine): x86-64 and AArch64. Source: the ELF specification's gABI 4. */
const machines: Record<number, string> = { 62: "x64", 183: "arm64" };

const machineOf = async (path: string): Promise<string | undefined> => {
  const bytes = await readFile(path);
  return bytes.readUInt32BE(0) === 0x7f454c46 ? machines[bytes.readUInt16LE(18)] : undefined;
};

describe.each(architectures)("the native bundle for %s", (arch) => {
  let folder: string;
  beforeAll(async () => {
    folder = await buildLambda("native", { folder: `${home}/${arch}`, arch });
  });

  it("has its script, the decoders and onnxruntime-node's library for that processor, and no other", async () => {
    const files = await listBundle(folder);
    const names = files.map(({ path }) => path).filter((path) => !path.startsWith("node_modules/onnxruntime-common/"));
    expect(names.map(withoutHash).sort()).toEqual(
      [
        "index.mjs",
        ...assets,
        ...decoders,
        ...["backend", "binding", "index", "version"].map((name) => `node_modules/onnxruntime-node/dist/${name}.js`),
        "node_modules/onnxruntime-node/package.json",
        `node_modules/onnxruntime-node/bin/napi-v6/linux/${arch}/libonnxruntime.so.1`,
        `node_modules/onnxruntime-node/bin/napi-v6/linux/${arch}/onnxruntime_binding.node`,
      ].sort(),
    );
    const found = await Promise.all(files.map(async ({ path }) => machineOf(`${folder}/${path}`)));
    expect(found.filter((machine) => machine !== undefined)).toEqual([arch, arch]);
  });

  it("zips to less than 60 MB", async () => {
    expect(await zippedBytes(folder)).toBeLessThan(ZIP_LIMIT);
  });
});

describe.each<[Bundle, string[]]>([
  ["web", ["index.mjs", "kernels.wasm", ...decoders, ...assets].sort()],
  ["owner", ["index.mjs"]],
])("the %s bundle", (bundle, expected) => {
  let folder: string;
  beforeAll(async () => {
    folder = await buildLambda(bundle, { folder: home });
  });

  it("has what it needs, which is the same for every processor", async () => {
    const paths = await contents(folder);
    expect(paths.map(withoutHash).sort()).toEqual(expected);
    for (const path of paths) expect(await machineOf(`${folder}/${path}`)).toBeUndefined();
  });

  it("zips to less than 60 MB", async () => {
    expect(await zippedBytes(folder)).toBeLessThan(ZIP_LIMIT);
  });

  it("comes out the same, to the byte, from another build", async () => {
    const again = await buildLambda(bundle, { folder: `${home}/again` });
    const [first, second] = [await listBundle(folder), await listBundle(again)];
    expect(second.map(({ path }) => basename(path))).toEqual(first.map(({ path }) => basename(path)));
    for (const [i, { path }] of first.entries())
      expect((await readFile(`${again}/${second[i]!.path}`)).equals(await readFile(`${folder}/${path}`))).toBe(true);
  });

  it("names no place of the machine that built it", async () => {
    expect(await readFile(`${folder}/index.mjs`, "utf8")).not.toContain(process.cwd());
  });
});
