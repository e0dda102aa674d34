/** A machine for which onnxruntime-node has no binary: what is published is answered there by the web engine, and it is said why. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { openStore } from "../../shared/store/open.ts";
import { draw } from "../drawing.ts";
import { publishModel } from "../functions/publishing.ts";
import { endCommands, runCommand, serve } from "./command.ts";
import { temporaryFolder } from "./folders.ts";

const { home, remove } = await temporaryFolder("without-native");
const missing = `data:text/javascript,${encodeURIComponent(`
  const { dlopen } = process;
  process.dlopen = (module, file, ...rest) => {
    if (file.includes("onnxruntime")) throw new Error("no such file: " + file);
    return dlopen.call(process, module, file, ...rest);
  };
`)}`;
const options = { cwd: home, env: { NODE_OPTIONS: `--import=${missing}` } };
const reason = /The web engine answers here: .*onnxruntime-node and its binary for .*no such file: .*npm install/g;

beforeAll(async () => {
  const bytes = new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const store = openStore(`file:${join(home, ".whippet/store")}`);
  await publishModel(store, { name: "imagenet", labels, bytes, precision: "float16", engine: await createWebEngine() });
  await writeFile(join(home, "star.jpg"), await draw("stars", 3).jpeg().toBuffer());
});
afterAll(async () => {
  endCommands();
  await remove();
});

describe("without onnxruntime-node's binary", () => {
  it("classify answers by the web engine, and says once why", async () => {
    const { code, stdout, stderr } = await runCommand(["classify", "star.jpg", "--json"], options);
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as Answer).predictions).toHaveLength(5);
    expect(stderr.match(reason)).toHaveLength(1);
  });

  it("serve answers by the web engine, and says once why", async () => {
    const server = await serve([], options);
    expect(server.engine).toBe("web");
    const body = new Uint8Array(await readFile(join(home, "star.jpg")));
    expect((await fetch(`${server.url}/classify`, { method: "POST", body })).status).toBe(200);
    server.kill("SIGTERM");
    expect((await server.ended).stderr.match(reason)).toHaveLength(1);
  });

  it("--engine native fails, and names what is missing and the other engine", async () => {
    const { code, stderr } = await runCommand(["classify", "star.jpg", "--engine", "native"], options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no such file: .*npm install onnxruntime-node.*--engine web/);
  });
});
