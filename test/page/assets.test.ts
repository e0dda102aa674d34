/** `GET /assets/*`, and that what is served is what is built. */
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { listBundle } from "../../bench/lambda/zip.ts";
import type { Assets } from "../../functions/page/assets/assets.ts";
import { buildAssets, writeCompressed } from "../../functions/page/assets/build.ts";
import { assetsInFolder } from "../../functions/page/assets/folder.ts";
import { createNodeAssets } from "../../functions/page/assets/node.ts";
import { lambdaSettings } from "../../functions/settings.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";

const { home, remove } = await temporaryFolder("assets");
afterAll(remove);

const built = await buildAssets();
await writeCompressed(join(home, "assets"));
const sizes = new Map<string, number>();
for (const { path, bytes } of await listBundle(join(home, "assets"))) sizes.set(path.replace(/\.br$/, ""), bytes);
const text = (name: string): string => new TextDecoder().decode(built.get(name));

describe("the assets", () => {
  it("begin with one script whose name stays, and lead from it to all others, each named by its hash", () => {
    const named = (name: string): string[] =>
      [...text(name).matchAll(/["'(](?:\.|\/assets)\/([\w.-]+\.(?:js|wasm))["')]/g)].map(([, file]) => file!);
    const found = new Set(["local.js"]);
    for (const name of found) if (name.endsWith(".js")) for (const next of named(name)) found.add(next);
    expect([...found].sort()).toEqual([...built.keys()].sort());
    for (const name of found) if (name !== "local.js") expect(name).toMatch(/-(\w{8}\.js|\w{12}\.wasm)$/);
  });

  it("are the same, to the byte, from another build", async () => {
    const again = await buildAssets();
    expect([...again.keys()].sort()).toEqual([...built.keys()].sort());
    for (const [name, bytes] of again) expect(Buffer.from(bytes).equals(built.get(name)!), name).toBe(true);
  });
});

const sources: [string, Assets][] = [
  ["the checkout", createNodeAssets()],
  ["a folder", assetsInFolder(join(home, "assets"))],
];
describe.each(sources)("GET /assets/:name, from %s", (_, assets) => {
  const start = async () => (await serve({}, undefined, undefined, { assets })).app;
  const brotli = { headers: { "accept-encoding": "gzip, deflate, br" } };

  it("has each of them compressed, for good, and as it is for who takes no brotli", async () => {
    const app = await start();
    for (const [name, bytes] of built) {
      const response = await app.request(`/assets/${name}`, brotli);
      expect(response.headers.get("content-encoding")).toBe("br");
      expect(response.headers.get("vary")).toBe("accept-encoding");
      expect(response.headers.get("content-type")).toBe(
        name.endsWith(".js") ? "text/javascript; charset=utf-8" : "application/wasm",
      );
      expect(response.headers.get("cache-control")).toBe(
        name === "local.js" ? "no-cache" : "public, max-age=31536000, immutable",
      );
      const compressed = new Uint8Array(await response.arrayBuffer());
      expect(brotliDecompressSync(compressed).equals(bytes), name).toBe(true);
      const plain = await app.request(`/assets/${name}`);
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(Buffer.from(await plain.arrayBuffer()).equals(bytes), name).toBe(true);
    }
  });

  it("binds a worker to this site and to WebAssembly", async () => {
    const policy = (await (await start()).request("/assets/local.js")).headers.get("content-security-policy");
    expect(policy).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
  });

  it("is 304 to who has the script that may change, and 404 for what is none of them", async () => {
    const app = await start();
    const etag = (await app.request("/assets/local.js", brotli)).headers.get("etag")!;
    const again = { headers: { ...brotli.headers, "if-none-match": etag } };
    expect((await app.request("/assets/local.js", again)).status).toBe(304);
    for (const name of ["none.js", "..%2Findex.mjs", "constructor", "local.js.br"])
      expect((await app.request(`/assets/${name}`)).status, name).toBe(404);
  });
});

describe("what a visitor loads to run a model, beside the model", () => {
  const sum = (wanted: (name: string) => boolean) =>
    [...sizes].reduce((total, [name, size]) => (wanted(name) ? total + size : total), 0);
  const onnxruntime = (name: string) => name.startsWith("ort");

  it("has less than 250 kB where the model has a plan, and 2.8 MB more where it has none", () => {
    expect(sum((name) => !onnxruntime(name))).toBeLessThan(250_000);
    expect(sum(onnxruntime)).toBeLessThan(2_900_000);
  });

  it("fits into one answer of Lambda's each", () => {
    const { answerBytes } = lambdaSettings("s3://models", 1769, {});
    for (const [name, size] of sizes) expect(size, name).toBeLessThan(answerBytes);
  });
});

describe("the page at /", () => {
  it("offers to run models in the browser where there are assets, and allows workers of this site for that", async () => {
    for (const assets of [createNodeAssets(), "platform" as const, undefined]) {
      const { app, store } = await serve({}, undefined, undefined, { assets });
      await publishFake(store, { logits: [1, 2] });
      const response = await app.request("/");
      expect((await response.text()).includes("Run in this browser")).toBe(assets !== undefined);
      const policy = response.headers.get("content-security-policy")!;
      expect(policy.includes("worker-src 'self'")).toBe(assets !== undefined);
      expect(policy).not.toContain("unsafe-eval");
    }
  });
});
