import { describe, expect, it } from "vitest";
import { fromImageProcessor, fromTimm } from "../../training/backbone/preprocessing.ts";

const rounded = (numbers: readonly number[] | undefined) => numbers?.map((number) => Math.round(number * 1000) / 1000);
const half = [0.5, 0.5, 0.5];

describe("preprocessor_config.json", () => {
  it("gives mean and deviation on the pixels' scale, size and crop, as a ViT's", () => {
    const said = fromImageProcessor({
      image_processor_type: "ViTImageProcessor",
      size: { height: 224, width: 224 },
      image_mean: half,
      image_std: half,
      rescale_factor: 0.00392156862745098,
      resample: 2,
    });
    expect(rounded(said.mean)).toEqual([127.5, 127.5, 127.5]);
    expect(rounded(said.std)).toEqual([127.5, 127.5, 127.5]);
    expect(said).toMatchObject({ size: 224, crop: 1, interpolation: "bilinear" });
  });

  it.each<[string, object, { size?: number; crop?: number }]>([
    [
      "cuts the centre out",
      { size: { shortest_edge: 256 }, crop_size: { height: 224, width: 224 } },
      { size: 224, crop: 0.875 },
    ],
    [
      "is an old one, in plain numbers",
      { size: 256, crop_size: 224, do_center_crop: true },
      { size: 224, crop: 0.875 },
    ],
    [
      "does not cut, although it says how much",
      { size: 256, crop_size: 224, do_center_crop: false },
      { size: 256, crop: 1 },
    ],
    ["is ConvNeXt's, below 384 pixels", { size: { shortest_edge: 224 }, crop_pct: 0.875 }, { size: 224, crop: 0.875 }],
    ["is ConvNeXt's, of 384 pixels", { size: { shortest_edge: 384 }, crop_pct: 1 }, { size: 384, crop: 1 }],
    ["says nothing of sizes", {}, {}],
  ])("one that %s", (_, document, expected) => {
    const { size, crop } = fromImageProcessor(document);
    expect({ ...(size && { size }), ...(crop && { crop }) }).toEqual(expected);
  });

  it("knows what is not rescaled, or not normalised", () => {
    const raw = { image_mean: [120, 115, 104], image_std: [1, 1, 1], do_rescale: false, resample: 3 };
    expect(fromImageProcessor(raw)).toEqual({ mean: [120, 115, 104], std: [1, 1, 1] });
    expect(rounded(fromImageProcessor({ do_normalize: false, image_mean: half }).std)).toEqual([255, 255, 255]);
  });
});

describe("timm's config.json", () => {
  const own = {
    input_size: [3, 288, 288],
    crop_pct: 0.95,
    mean: half,
    std: half,
    interpolation: "bicubic",
    license: "mit",
  };

  it.each([
    ["with a pretrained_cfg", { architecture: "resnet50", pretrained_cfg: own }],
    ["older, all in one", { architecture: "resnet50", ...own }],
  ])("%s", (_, document) => {
    expect(fromTimm(document)).toEqual({
      size: 288,
      crop: 0.95,
      mean: [127.5, 127.5, 127.5],
      std: [127.5, 127.5, 127.5],
      licence: "mit",
    });
  });

  it("is told from a config.json that says nothing of photos", () => {
    expect(fromTimm({ architectures: ["ConvNextForImageClassification"], num_labels: 1000 })).toBeUndefined();
  });

  it("is refused where its numbers are none", () => {
    expect(() => fromTimm({ pretrained_cfg: { ...own, mean: "imagenet" } })).toThrow(/mean/);
  });
});
