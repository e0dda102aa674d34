/** The article's head from the command line: trained, exported, quantized, gated, published, answering. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../shared/registry.ts";
import { openStore } from "../../shared/store/open.ts";
import { drawFolder } from "../drawing.ts";
import { endCommands, runCommand, runForData } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { writeSmallBackbone } from "../e2e/small-backbone.ts";
import type { Trained } from "../e2e/training.ts";
import { has } from "../require.ts";
import { readScalars } from "../tools/tensorboard.ts";

const { home, remove } = await temporaryFolder("heads");
const here = { cwd: home };
afterAll(async () => {
  endCommands();
  await remove();
});

describe("train --head keras", () => {
  const options = ["--head", "keras", "--epochs", "12", "--head-units", "32", "--schedule", "cosine"];
  let trained: Trained;
  let screen: string;
  beforeAll(async () => {
    await drawFolder(join(home, "photos"), 3, 14);
    const command = ["train", "photos", ...options, "--tensorboard", "events", "--json"];
    const { code, stdout, stderr } = await runCommand(command, here);
    expect(code, stderr).toBe(0);
    trained = JSON.parse(stdout);
    screen = stderr;
  });

  it("says what the head is made of, in 80 columns", () => {
    expect(screen).toMatch(/^BatchNormalization +1,280 +5,120$/m);
    expect(screen).toMatch(/^Dense, relu +32 +40,992$/m);
    expect(screen).toMatch(/^optimizer +Adam, rate 0.001 \(cosine\), batches of 32, 12 epochs at most;/m);
    for (const line of screen.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("publishes a model that the gate passes, without heat maps, and its manifest says so", async () => {
    const store = openStore(`file:${join(home, ".whippet/store")}`);
    const manifest = await readManifest(store, trained.model, trained.version);
    expect(manifest).toMatchObject({ head: { kind: "keras" }, outputs: { logits: "logits" }, gate: { passed: true } });
    expect(manifest.outputs.heatmap).toBeUndefined();
    expect(trained.serve.web).toBe("model.plan");
  });

  it("answers, and says of a heat map that it has none", async () => {
    const answered = await runForData<{ predictions: { label: string }[] }>(
      ["classify", "photos/circles/circles-0.jpg"],
      here,
    );
    expect(answered.predictions[0]!.label).toBe("circles");
    const { code, stderr } = await runCommand(
      ["classify", "photos/circles/circles-0.jpg", "--heatmap", "map.png"],
      here,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no heat map/);
  });

  it("writes its history while it trains", async () => {
    const [head, ...rows] = (await readFile(join(home, ".whippet/runs/photos/history.csv"), "utf8")).trim().split("\n");
    expect(head).toBe("epoch,loss,accuracy,validationLoss,validationAccuracy,seconds,learningRate");
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.at(-1)).toMatch(new RegExp(`^${rows.length},`));
  });

  it.runIf(has("tensorboard"))("has TensorBoard draw it", () => {
    expect(readScalars(join(home, "events"))["epoch/loss"]!.length).toBeGreaterThan(1);
  });

  it("is the same model with the same head, and another with the other, smoothed and weighed", async () => {
    const again = await runForData<Trained>(["train", "photos", ...options], here);
    expect(again).toMatchObject({ version: trained.version, existed: true });
    const small = await writeSmallBackbone(home);
    const linear = await runForData<Trained>(
      ["train", "photos", ...small, "--label-smoothing", ".1", "--class-weights", "balanced"],
      here,
    );
    expect(linear.version).not.toBe(trained.version);
  });
});
