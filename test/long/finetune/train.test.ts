/** Fine-tuning from the command line: stopped on the way, gone on with, gated, published; the same model as without a stop. */
import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../../shared/registry.ts";
import { openStore } from "../../../shared/store/open.ts";
import { drawFolder } from "../../drawing.ts";
import { endCommands, runCommand, startCommand } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import type { Trained } from "../../e2e/training.ts";
import { networks } from "../../onnx/networks.ts";
import { has } from "../../require.ts";
import { tfjsNode } from "../../tools/tfjs-node.ts";

const whole = await temporaryFolder("tuning-whole");
const stopped = await temporaryFolder("tuning-stopped");
const bound = await temporaryFolder("tuning-bound");
afterAll(async () => {
  endCommands();
  await whole.remove();
  await stopped.remove();
  await bound.remove();
});
beforeAll(async () => {
  for (const { home } of [whole, stopped, bound]) {
    await drawFolder(join(home, "photos"), 3, 10);
    await writeFile(join(home, "network.onnx"), networks.ResNet!());
  }
});

/** Resolves once a checkpoint holds blocks, and not a head alone, which has a thousand numbers at most. */
const blocksKept = async (home: string): Promise<void> => {
  const folder = join(home, ".whippet/cache/head");
  for (;;) {
    const kept = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(kept.map(async (name) => (await stat(join(folder, name))).size));
    if (sizes.some((bytes) => bytes > 100_000)) return;
    await setTimeout(20);
  }
};

// random weights say little, and the gate is about what quantization changes of it: another test's promise
const network = ["--backbone", "network.onnx", "--mean", ".5,.5,.5", "--std", ".5,.5,.5", "--force"];
const command = ["train", "photos", ...network, "--fine-tune", "2", "--fine-tune-epochs", "2"];

describe("train --fine-tune", () => {
  it("publishes the same model after Ctrl-C and --resume, and says in manifest and metrics what was trained, and what not", async () => {
    const { code, stdout, stderr } = await runCommand([...command, "--json"], { cwd: whole.home });
    expect(code, stderr).toBe(0);
    for (const line of stderr.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stderr.replaceAll(/\n +/g, " ")).toMatch(
      /^fine-tune +the last 2 of 5 blocks, [\d,]+ parameters; Adam, rate 0\.0003 at most .* batch normalisation stays frozen/m,
    );
    const trained = JSON.parse(stdout) as Trained;

    const store = openStore(`file:${join(whole.home, ".whippet/store")}`);
    const manifest = await readManifest(store, trained.model, trained.version);
    expect(manifest.settings).toMatchObject({ fineTune: { blocks: 2, epochs: 2, learningRate: 3e-4 } });
    expect(stderr).toContain("Blocks learn on WebAssembly: @tensorflow/tfjs-node is not installed");
    expect(manifest.head).toMatchObject({
      fineTuned: { blocks: 2, backend: "wasm", normalisation: expect.stringContaining("stays frozen") },
    });
    const metrics = await store.get(`models/${trained.model}/${trained.version}/metrics.json`);
    expect(JSON.parse(new TextDecoder().decode(metrics!.bytes)).method.float).toContain(
      "with each head the backbone's last 2 blocks learned, from the same photos and no others",
    );

    const running = startCommand(command, { cwd: stopped.home });
    await blocksKept(stopped.home);
    running.kill("SIGINT");
    expect((await running.ended).stderr).toContain("go on with");
    const resumed = await runCommand(["train", "--resume"], { cwd: stopped.home });
    expect(resumed.code, resumed.stderr).toBe(0);
    const current = await openStore(`file:${join(stopped.home, ".whippet/store")}`).get("models/photos/current.json");
    const { version } = JSON.parse(new TextDecoder().decode(current!.bytes)) as { version: string };
    // a time, and the hash of what decides answers
    expect(version.split("-")[1]).toBe(trained.version.split("-")[1]);
  });

  it.runIf(has("tfjs-node"))("uses the node binding where one is installed, and says so in the manifest", async () => {
    const packages = join(bound.home, "packages");
    await mkdir(join(packages, "@tensorflow"), { recursive: true });
    await symlink(tfjsNode, join(packages, "@tensorflow/tfjs-node"));
    const env = { NODE_PATH: packages };
    const { code, stdout, stderr } = await runCommand([...command, "--json"], { cwd: bound.home, env });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/WebAssembly|Warning/);
    const trained = JSON.parse(stdout) as Trained;
    const store = openStore(`file:${join(bound.home, ".whippet/store")}`);
    const manifest = await readManifest(store, trained.model, trained.version);
    expect(manifest.head).toMatchObject({ fineTuned: { backend: "tensorflow" } });
  });
});
