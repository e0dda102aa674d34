import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { readOnnxFile } from "../../training/backbone/onnx-file.ts";
import { openBackbone } from "../../training/backbone/open.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { exported } from "../onnx/exported.ts";
import { convNeXt, networkSize, networks, resNet } from "../onnx/networks.ts";
import { visionTransformer } from "../onnx/vision-transformer.ts";
import { silent } from "../silent.ts";

const { home, remove } = await temporaryFolder("onnx-file");
afterAll(remove);

const given = { mean: [124, 116, 104], std: [58, 57, 57] } as const;
const path = join(home, "onnx", "resnet.onnx");

/** The network with another shape of its input; undefined is any. */
const shaped = async (name: string, dims: readonly (number | undefined)[]): Promise<string> => {
  const model = readModel(resNet());
  const type = model.graph.input[0]!.type!.value;
  if (type.case !== "tensorType") throw new Error("no tensor");
  type.value.shape!.dim = dims.map((dim) => ({
    ...type.value.shape!.dim[0]!,
    value:
      dim === undefined
        ? { case: "dimParam" as const, value: "any" }
        : { case: "dimValue" as const, value: BigInt(dim) },
  }));
  const file = join(home, `${name}.onnx`);
  await writeFile(file, writeModel(model));
  return file;
};

const transformer = join(home, "vit.onnx");
const notes: string[] = [];
const read = (file: string, own: Parameters<typeof readOnnxFile>[1] = given) =>
  readOnnxFile(file, own, (note) => notes.push(note));

beforeAll(async () => {
  await mkdir(join(home, "onnx"));
  await writeFile(path, resNet());
  await writeFile(transformer, visionTransformer("one"));
});

describe("a backbone of one's own", () => {
  it.each(Object.entries({ ...networks, ConvNeXt: convNeXt }))("finds the feature map of %s", async (name, build) => {
    const file = join(home, `${name}.onnx`);
    await writeFile(file, build());
    const { backbone } = await read(file);
    expect(backbone).toMatchObject({ name, input: { size: networkSize, crop: 1, interpolation: "bicubic", ...given } });
    const [cut, ...others] = backbone.cuts;
    expect(others).toEqual([]);
    // of each network's last block
    expect([10, 96, 160, 192]).toContain(cut.channels);
  });

  it.each([
    ["resnet", 128],
    ["convnext", 96],
    ["convnextv2", 96],
    ["densenet", 64],
    ["mobilenet", 576],
    ["vit", 48],
  ])("finds the features of a %s, whichever of PyTorch's exporters wrote it", async (network, channels) => {
    for (const exporter of ["dynamo", "torchscript"]) {
      const file = join(home, `${network}.${exporter}.onnx`);
      await writeFile(file, exported(`${network}.${exporter}`));
      const [cut] = (await read(file)).backbone.cuts;
      expect(cut).toEqual({ tensor: expect.any(String), channels, ...(network === "vit" && { vector: true }) });
    }
  });

  it("takes the feature map that it is told, and refuses what is none", async () => {
    const { backbone } = await read(path, { ...given, featureCut: "maxpool4" });
    expect(backbone.cuts).toEqual([{ tensor: "maxpool4", channels: 32 }]);
    await expect(read(path, { ...given, featureCut: "nowhere" })).rejects.toThrow(
      /no tensor "nowhere".*it pools "relu/,
    );
    const flat = readModel(resNet()).graph.node.find(({ opType }) => opType === "Flatten")!.output[0]!;
    expect((await read(path, { ...given, featureCut: flat })).backbone.cuts).toEqual([
      { tensor: flat, channels: 96, vector: true },
    ]);
    const outer = readModel(visionTransformer("one")).graph.node.find(({ opType }) => opType === "MatMul")!.output[0]!;
    await expect(read(transformer, { ...given, featureCut: outer })).rejects.toThrow(
      /is \[1,17,144\], neither a feature map .* nor a vector .*--feature-cut/,
    );
  });

  it.each(["one", "any"] as const)(
    "finds the vector that a vision transformer's classifier reads, and says that there will be no heat maps (%s photo)",
    async (photos) => {
      await writeFile(transformer, visionTransformer(photos));
      const { backbone } = await read(transformer);
      expect(backbone.cuts).toEqual([{ tensor: expect.stringMatching(/^gather/), channels: 48, vector: true }]);
      expect(notes.at(-1)).toMatch(/^vit\.onnx: its features are a vector .* no heat maps$/);
    },
  );

  it("opens what is open in the graph: the number of photos, and their size where it is told", async () => {
    const open = await shaped("open", [undefined, 3, undefined, undefined]);
    await expect(read(open)).rejects.toThrow(/any size.*--input-size/);
    const { backbone, bytes } = await read(open, { ...given, size: 96 });
    expect(backbone.input.size).toBe(96);
    expect(bytes).not.toEqual(resNet());
  });

  it.each<[string, (number | undefined)[], RegExp]>([
    ["colours last", [1, 64, 64, 3], /\[1, 64, 64, 3\].*colours first/],
    ["grey", [1, 1, 64, 64], /\[1, 1, 64, 64\]/],
    ["no squares", [undefined, 3, 64, 96], /\[any, 3, 64, 96\].*square/],
  ])("refuses photos with %s", async (name, dims, message) => {
    await expect(read(await shaped(name, dims))).rejects.toThrow(message);
  });

  it.each<[string, () => Promise<string> | string, Parameters<typeof readOnnxFile>[1], RegExp]>([
    ["a file that is not there", () => join(home, "gone.onnx"), given, /gone.onnx does not exist/],
    ["nothing that says how photos are prepared", () => path, {}, /--mean and --std \(most .*--mean .485/],
    ["another size than the graph's", () => path, { ...given, size: 96 }, /64 pixels, not 96; leave --input-size out/],
    ["a deviation of nothing", () => path, { ...given, std: [1, 0, 1] }, /--std 1,0,1/],
    [
      "a file that is no network",
      async () => {
        await writeFile(join(home, "text.onnx"), "once upon a time");
        return join(home, "text.onnx");
      },
      given,
      /no ONNX model/,
    ],
  ])("refuses %s", async (_, file, own, message) => {
    await expect(read(await file(), own)).rejects.toThrow(message);
  });

  it("reads the documents beside it, or a folder up; what is said outright counts more", async () => {
    const timm = {
      input_size: [3, 64, 64],
      crop_pct: 0.9,
      mean: [0.5, 0.5, 0.5],
      std: [0.2, 0.2, 0.2],
      license: "mit",
    };
    await writeFile(join(home, "config.json"), JSON.stringify({ pretrained_cfg: timm }));
    const { backbone } = await read(path, {});
    expect(backbone).toMatchObject({ licence: "mit", input: { size: 64, crop: 0.9, std: [51, 51, 51] } });
    expect(notes.join("\n")).toContain(`resnet.onnx: photos are prepared as ${join(home, "config.json")} says`);

    const beside = { image_mean: [0, 0, 0], image_std: [1, 1, 1], crop_size: 64, size: 128, resample: 2 };
    await writeFile(join(home, "onnx", "preprocessor_config.json"), JSON.stringify(beside));
    const nearer = await read(path, { crop: 0.75 });
    expect(nearer.backbone.input).toMatchObject({ crop: 0.75, mean: [0, 0, 0], std: [255, 255, 255] });
    expect(notes.at(-1)).toContain("asks for bilinear resizing; it gets bicubic");

    await writeFile(join(home, "onnx", "preprocessor_config.json"), "{");
    await expect(read(path, {})).rejects.toThrow(/preprocessor_config.json says how photos are prepared, but not as/);
  });

  it("is opened by its path, and the catalogue's by their names", async () => {
    const open = (name: string, own = {}) => openBackbone(name, own, { progress: silent });
    expect((await open("lite0")).backbone.name).toBe("lite0");
    expect((await open(join(home, "ResNet.onnx"), given)).backbone.name).toBe("ResNet");
    await expect(open("resnet18")).rejects.toThrow(/choose one of lite0, lite2, .*resnet50.* or name an ONNX file/);
  });
});
