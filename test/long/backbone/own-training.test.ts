/**
 * `train --backbone network.onnx`, on drawn photos: whole families of networks, as PyTorch's exporter writes them by default,
 * come out as published models.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawFolder } from "../../drawing.ts";
import { runCommand, runForData } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { exported } from "../../onnx/exported.ts";
import { withWeightsOutside } from "../../onnx/external.ts";

const { home, remove } = await temporaryFolder("own-backbone");
afterAll(remove);
beforeAll(async () => {
  await drawFolder(join(home, "photos"), 2, 20);
  for (const name of ["resnet", "convnext", "vit"]) {
    const { model, weights } = withWeightsOutside(exported(`${name}.dynamo`), `${name}.onnx.data`);
    await writeFile(join(home, `${name}.onnx`), model);
    await writeFile(join(home, `${name}.onnx.data`), weights);
  }
  const config = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  await writeFile(join(home, "preprocessor_config.json"), JSON.stringify(config));
});

describe("train --backbone", () => {
  it.each([
    ["resnet", { path: "model.plan" }, expect.not.stringContaining("no model.plan")],
    [
      "convnext",
      { path: expect.stringMatching(/\.onnx$/) },
      expect.stringMatching(
        /^no model\.plan: the lean engine does not run .*LayerNormalization ".*; the web engine runs/,
      ),
    ],
    ["vit", { path: expect.stringMatching(/\.onnx$/) }, expect.stringMatching(/^no model\.plan: .*LayerNormalization/)],
  ])(
    "publishes a model on a %s that classifies; its manifest names the operator for want of which it has no plan",
    async (name, web, note) => {
      const args = ["train", "photos", "--name", name, "--backbone", `./${name}.onnx`];
      const { code, stdout, stderr } = await runCommand([...args, "--json"], { cwd: home });
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(`photos are prepared as ${join(home, "preprocessor_config.json")} says`);
      const { files, serve } = JSON.parse(stdout) as { files: { path: string }[]; serve: { web: string } };
      expect(files.find(({ path }) => path === serve.web)).toMatchObject(web);

      const manifest = await runForData<{ gate: { notes: string[] } }>(["models", name], { cwd: home });
      expect(JSON.stringify(manifest)).toContain(name);
      expect(manifest.gate.notes[0]).toEqual(note);
      const judged = await runForData<{ top1: number }>(["evaluate", "photos", "--model", name], { cwd: home });
      expect(judged.top1).toBeGreaterThan(0.85);

      const photo = "photos/circles/circles-0.jpg";
      const mapped = await runCommand(["classify", photo, "--model", name, "--heatmap", "map.png"], { cwd: home });
      expect(mapped.code, mapped.stderr).toBe(name === "vit" ? 1 : 0);
      if (name === "vit")
        expect(mapped.stderr).toMatch(/vit has no heat map: its backbone gives one vector of a photo/);
    },
    120_000,
  );
});
