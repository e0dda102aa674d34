import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../shared/package-root.ts";
import { catalogue } from "../../../training/backbone/catalogue.ts";
import { readBackboneHead, sliceHead } from "../../../training/export/backbone-head.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { backboneBytes, cuts, input, type SmallModel, tensorsOf } from "../../export/models.ts";
import { refusalsOf } from "../../export/refusals.ts";
import { has, photosFolder } from "../../require.ts";

/** ImageNet's own head of the ten breeds, on 50 photos each; more of them to calibrate on. */
const tenBreeds = async (): Promise<SmallModel & { calibration: Float32Array[] }> => {
  const rows = (await readFile(join(packageRoot, "models/imagenet-dogs.csv"), "utf8")).trim().split("\n").slice(1);
  const indices = new Map(
    rows.map((row) => row.split(",")).map(([index, , breed]) => [breed!.replaceAll("_", "-"), +index!]),
  );
  const folder = join(photosFolder, "dogs");
  const breeds = (await readdir(folder)).sort();
  const [tensors, labels, calibration]: [Float32Array[], number[], Float32Array[]] = [[], [], []];
  for (const [label, breed] of breeds.entries()) {
    const photos = (await readdir(join(folder, breed))).sort();
    for (const [i, photo] of photos.slice(0, 56).entries()) {
      const [tensor] = await tensorsOf(await readFile(join(folder, breed, photo)));
      if (i >= 50) calibration.push(tensor!);
      else {
        tensors.push(tensor!);
        labels.push(label);
      }
    }
  }
  const backbone = await backboneBytes();
  const imagenet = await readBackboneHead(backbone, catalogue.lite0.imagenetHead);
  const head = sliceHead(
    imagenet,
    breeds.map((breed) => indices.get(breed)!),
  );
  return {
    model: await buildFloatModel({ backbone, cuts: [cuts[0]], head }),
    head,
    tensors,
    labels,
    size: input.size,
    calibration,
  };
};

describe.runIf(has("photos"))("the gate of the ten breeds", () => {
  it("refuses every break that moves more than 3% of 500 photos, and passes int8 at 98.5% or more", async () => {
    const { calibration, ...small } = await tenBreeds();
    const [healthy, ...rows] = await refusalsOf(small, calibration);
    expect(healthy!.refused).toBe(false);
    expect(healthy!.moved).toBeLessThanOrEqual(0.015);
    expect(rows).toHaveLength(10);
    for (const row of rows.filter(({ moved }) => moved > 0.03)) expect(row).toMatchObject({ refused: true });
  });
});
