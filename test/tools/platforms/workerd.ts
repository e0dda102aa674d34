/** A task in a Worker, which may not compile: its kernels are a module of the script. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness } from "wrangler";
import { bundle, type PlatformTask } from "./task.ts";

const around = `
import kernels from "./kernels.wasm";
export default {
  async fetch(request) {
    return Response.json(await task(kernels, new Uint8Array(await request.arrayBuffer())));
  },
};`;

const settings = `name = "task"\nmain = "task.js"\ncompatibility_date = "2026-10-01"\n`;

export const runInWorkerd = async (task: PlatformTask): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), "whippet-workerd-"));
  await writeFile(join(folder, "task.js"), await bundle(task, around, "browser", ["./kernels.wasm"]));
  await copyFile(task.kernels, join(folder, "kernels.wasm"));
  const configPath = join(folder, "wrangler.toml");
  await writeFile(configPath, settings);
  const worker = createTestHarness({ workers: [{ configPath }] });
  try {
    await worker.listen();
    const response = await worker.fetch("/", { method: "POST", body: task.body as Uint8Array<ArrayBuffer> });
    if (!response.ok) throw new Error(`the Worker's task failed: ${await response.text()}`);
    return await response.json();
  } finally {
    await worker.close();
    await rm(folder, { recursive: true, force: true });
  }
};
