/** A task in a Node of its own: this machine's, or another that a command starts. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle, type PlatformTask } from "./task.ts";

const around = `
import { readFile, writeFile } from "node:fs/promises";
const [kernels, body, answer] = process.argv.slice(2);
const result = await task(await WebAssembly.compile(await readFile(kernels)), new Uint8Array(await readFile(body)));
await writeFile(answer, JSON.stringify(result));`;

/** @param command a Node, and what starts it */
export const runOnNode = async (
  task: PlatformTask,
  command: readonly string[] = [process.execPath],
): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), "whippet-node-"));
  try {
    const [script, body, answer] = ["task.mjs", "body", "answer.json"].map((name) => join(folder, name)) as Paths;
    await writeFile(script, await bundle(task, around, "node"));
    await writeFile(body, task.body);
    const [program, ...first] = command;
    await promisify(execFile)(program!, [...first, script, task.kernels, body, answer]);
    return JSON.parse(await readFile(answer, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

type Paths = [string, string, string];
