import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";
import { catalogue, defaultBackbone, readBackbone } from "../../training/backbone/catalogue.ts";

describe("the catalogue of backbones", () => {
  it.each(Object.keys(catalogue) as (keyof typeof catalogue)[])("reads %s and checks its sha256", async (name) => {
    const { backbone, bytes } = await readBackbone(name);
    expect(bytes.length).toBe(backbone.bytes);
    expect((await stat(join(packageRoot, backbone.file))).size).toBe(backbone.bytes);
  });

  it("holds the tensors it names", async () => {
    const { backbone, bytes } = await readBackbone(defaultBackbone);
    const text = Buffer.from(bytes).toString("latin1");
    for (const name of [
      ...backbone.cuts.map(({ tensor }) => tensor),
      backbone.imagenetHead.weight,
      backbone.imagenetHead.bias,
    ])
      expect(text).toContain(name);
  });

  it("takes the centre 224 of 256 for lite0", () => {
    expect(catalogue.lite0.input).toMatchObject({ size: 224, crop: 0.875 });
  });

  it.each(["resnet50", "toString", ""])("lists what there is when asked for %j", async (name) => {
    await expect(readBackbone(name)).rejects.toThrow(`no backbone "${name}"; choose one of lite0, lite2`);
  });
});
