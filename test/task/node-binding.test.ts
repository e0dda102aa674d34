import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainLinearHead } from "../../training/head/linear.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { openTensorFlow } from "../../training/task/tensorflow.ts";
import { endCommands } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { relative } from "../finetune/graph/run-case.ts";
import { blobs } from "../head/blobs.ts";
import { has } from "../require.ts";
import { loadTfjsNode, tfjsNode } from "../tools/tfjs-node.ts";
import { lastOf, runTask } from "./task.ts";

describe.runIf(has("tfjs-node"))("the node binding, which a task's GPU is used by,", async () => {
  const { home, remove } = await temporaryFolder("node-binding");
  const packages = join(home, "packages");
  beforeAll(async () => {
    await mkdir(join(packages, "@tensorflow"), { recursive: true });
    await symlink(tfjsNode, join(packages, "@tensorflow/tfjs-node-gpu"));
  });
  afterAll(async () => {
    endCommands();
    await remove();
  });

  it("trains a head to the numbers that WebAssembly trains it to", async () => {
    const problem = { training: blobs(200, 4, 64, 1, 0.5), classes: 4, groups: [64] };
    const expected = await trainLinearHead({ tf: await loadTensorFlow(), ...problem });
    const tf = loadTfjsNode();
    await tf.setBackend("tensorflow");
    const found = await trainLinearHead({ tf, ...problem });
    expect(tf.getBackend()).toBe("tensorflow");
    expect(relative(found.weights, expected.weights)).toBeLessThan(1e-3);
  });

  it("is refused where a GPU is asked for and it sees none", async () => {
    await expect(openTensorFlow("gpu", { load: loadTfjsNode })).rejects.toThrow(
      /^device "gpu": @tensorflow\/tfjs-node-gpu is there, with TensorFlow 2\.\d+\.\d+, but sees no GPU; it takes NVIDIA's/,
    );
  });

  it("is found and loaded by a task, which fails before it fetches a photo where there is no GPU", async () => {
    const folder = (name: string) => `file:${join(home, name)}`;
    const ended = await runTask(
      { home, environment: { NODE_PATH: packages } },
      {
        schema: 1,
        id: "shapes-1",
        name: "shapes",
        photos: folder("no-photos"),
        store: folder("store"),
        work: folder("work"),
        options: { device: "gpu" },
      },
    );
    expect(ended.code).toBe(1);
    expect(lastOf(ended, "failed").error).toMatch(/is there, with TensorFlow .*, but sees no GPU/);
    expect(ended.lines.map(({ event }) => event)).toEqual(["started", "failed"]);
  });
});
