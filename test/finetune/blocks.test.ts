import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Model, readModel, writeModel } from "../../shared/onnx/model.ts";
import { readBackbone } from "../../training/backbone/catalogue.ts";
import { readOnnxFile } from "../../training/backbone/onnx-file.ts";
import { canonicalise } from "../../training/export/canonicalise.ts";
import { findFeatureCut } from "../../training/export/feature-cut.ts";
import { findBlocks, weightsOf } from "../../training/finetune/blocks.ts";
import { cutBackbone } from "../../training/finetune/cut.ts";
import { splitModel } from "../../training/finetune/graph/split.ts";
import { numbersIn, tunedBackbone } from "../../training/finetune/network.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { exported } from "../onnx/exported.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { convNeXt, networks } from "../onnx/networks.ts";

const { home, remove } = await temporaryFolder("blocks");
afterAll(remove);

const blocksOf = (bytes: Uint8Array): string[] => {
  const model = readModel(bytes);
  return findBlocks(model, findFeatureCut(model));
};

describe("a network's blocks", () => {
  it("are the backbone's own, its last one with the layers before the pooling", async () => {
    const { bytes, backbone } = await readBackbone("lite0");
    const starts = findBlocks(await canonicalise(bytes), backbone.cuts[0].tensor);
    expect(starts.slice(-5)).toEqual([
      "/_blocks.10/Add_output_0",
      "/_blocks.11/_project_conv/Conv_output_0",
      "/_blocks.12/Add_output_0",
      "/_blocks.13/Add_output_0",
      "/_blocks.14/Add_output_0",
    ]);
    expect(starts[0]).toBe("image");
    // 16 blocks, of which the first with the stem, and the second, lie before the first sum
    expect(starts).toHaveLength(15);
  });

  it.each([
    // stem and pooling, then three sums with a strided one among them
    ["ResNet", networks.ResNet!, 5],
    ["MobileNetV2, whose expanding layers part nothing", networks.MobileNetV2!, 7],
    ["ConvNeXt", convNeXt, 6],
    ["Inception-ResNet", networks["Inception-ResNet"]!, 7],
  ])("end where ways meet again: %s", (_, make, count) => {
    expect(blocksOf(make())).toHaveLength(count);
  });

  it("are the layers where no ways part", () => {
    const graph = new GraphBuilder({ size: 16 });
    const relu = (input: string): string => graph.add("Relu", [input]);
    const map = relu(graph.conv(relu(graph.conv(relu(graph.conv("image", 4)), 8)), 6));
    graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]), 3), "logits");
    expect(blocksOf(graph.build())).toEqual(["image", "relu3", "relu6"]);
  });

  it("are no more than there are, and the error says how many", async () => {
    await expect(cutBackbone(await readBackbone("lite0"), 16)).rejects.toThrow(
      "lite0 has 15 blocks, and --fine-tune 16 asks for more; give 15 at most",
    );
  });

  it("leave frozen layers as they are, also those whose equal numbers the file stores once for all", async () => {
    const file = join(home, "vit.onnx");
    await writeFile(file, exported("vit.torchscript"));
    const cut = await cutBackbone(await readOnnxFile(file, { mean: [0, 0, 0], std: [1, 1, 1] }, () => {}), 1);
    expect(cut.trainable.filter((name) => name.endsWith("_trained"))).not.toEqual([]);
    const numbers = numbersIn(cut.suffix, cut.trainable);
    const moved = new Map([...numbers].map(([name, values]) => [name, values.map((value) => value + 1)]));
    const frozenOf = (model: Model) => writeModel(splitModel(model, [cut.parts[0]!.tensor]).prefix);
    const trained = tunedBackbone(cut, moved);
    expect(Buffer.compare(frozenOf(trained), frozenOf(cut.model))).toBe(0);
    expect(numbersIn(trained, cut.trainable)).toEqual(moved);
  });

  it("are trained by their weights, not by the constants of formulas", async () => {
    const model = await canonicalise((await readBackbone("lite0")).bytes);
    const weights = weightsOf(model);
    expect(weights).toContain("m._blocks.15._project_conv.weight");
    // depthwise kernels stay, their biases learn
    expect(weights).not.toContain("m._blocks.15._depthwise_conv.weight");
    expect(weights).toContain("m._blocks.15._depthwise_conv.bias");
    expect(weights).toContain("m._conv_head.bias");
    expect(weights).not.toContain("clip_6");
    // a batch normalisation that could not be folded away keeps its numbers
    const normalised = readModel(networks.MobileNetV2!());
    const conv = normalised.graph.node.find(({ opType }) => opType === "Conv")!;
    expect(weightsOf(normalised)).toContain(conv.input[1]);
    conv.opType = "BatchNormalization";
    expect(weightsOf(normalised)).not.toContain(conv.input[1]);
  });
});
