import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModel } from "../../shared/onnx/model.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { catalogue, defaultBackbone, readBackbone } from "../../training/backbone/catalogue.ts";
import { fixedSize } from "../../training/backbone/input-size.ts";
import { kerasBackbones } from "../../training/backbone/keras/backbones.ts";
import { translations } from "../../training/backbone/keras/layers/table.ts";
import { readTopology } from "../../training/backbone/keras/topology.ts";
import { buildFeatureModel } from "../../training/export/feature-model.ts";
import { runNatively } from "../export/models.ts";

describe("the catalogue of backbones", () => {
  it.each(Object.keys(catalogue) as (keyof typeof catalogue)[])(
    "reads %s, checks its sha256 and gives it for photos of the catalogue's size",
    async (name) => {
      const { backbone, bytes } = await readBackbone(name);
      expect((await stat(join(packageRoot, backbone.file))).size).toBe(backbone.bytes);
      expect(fixedSize(readModel(bytes), name)).toBe(backbone.input.size);
    },
  );

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

  it("takes the centre 224 of 256 for lite0, and the whole square for lite2, at the scale it was trained at", () => {
    expect(catalogue.lite0.input).toMatchObject({ size: 224, crop: 0.875 });
    expect(catalogue.lite2.input).toMatchObject({ size: 292, crop: 1 });
  });

  it.each([
    ["lite0", 320, 1],
    ["lite0", 240, 0.9375],
    ["lite0", 160, 0.875],
    ["lite0", 32, 0.875],
    ["lite2", 128, 1],
  ])("gives %s for photos of %i pixels, which take %d of a photo's short side", async (name, size, crop) => {
    const { backbone, bytes } = await readBackbone(name, { size });
    expect(backbone.input).toMatchObject({ size, crop });
    const tensor = new Float32Array(3 * size * size).fill(0.5);
    const last = await buildFeatureModel(bytes, backbone.cuts);
    const [features] = await runNatively(last, "float32", [tensor]);
    expect(features!.every(Number.isFinite)).toBe(true);
  });

  it("takes its owner's word for the crop, and refuses photos that it would halve to nothing", async () => {
    expect((await readBackbone("lite0", { crop: 1 })).backbone.input).toMatchObject({ size: 224, crop: 1 });
    await expect(readBackbone("lite0", { size: 31 })).rejects.toThrow(
      "photos of 31 pixels are too small for lite0; give an --input-size of 32 or more",
    );
  });

  it.each(["resnet18", "toString", ""])("lists what there is when asked for %j", async (name) => {
    await expect(readBackbone(name)).rejects.toThrow(
      `no backbone "${name}"; choose one of lite0, lite2, inception-resnet-v2`,
    );
  });
});

describe.each(Object.entries(kerasBackbones))("%s of Keras' own", (_, backbone) => {
  it("names where its weights come from, what they are and how photos are prepared", () => {
    expect(backbone.url).toMatch(/^https:\/\/storage\.googleapis\.com\/.*(notop|no_top)\.h5$/);
    if ("md5" in backbone) expect(backbone.md5).toMatch(/^[0-9a-f]{32}$/);
    expect(backbone.bytes).toBeGreaterThan(9e6);
    expect(["Apache-2.0", "MIT"]).toContain(backbone.licence);
    expect(backbone.size / backbone.shortSide).toBeCloseTo(0.875, 2);
  });

  it("has a topology of layers that are all supported, which ends in the cut", async () => {
    const { layers, output } = readTopology((await backbone.topology()).default);
    expect(output).toBe(backbone.cut.tensor);
    const kinds = new Set(layers.slice(1).map(({ kind }) => kind));
    for (const kind of kinds) expect(Object.keys(translations)).toContain(kind);
    expect(layers[0]).toMatchObject({ kind: "InputLayer", config: { batch_input_shape: [null, null, null, 3] } });
    const prepared = layers.some(({ kind }) => kind === "Normalization");
    expect("preparation" in backbone).toBe(!prepared);
  });
});
