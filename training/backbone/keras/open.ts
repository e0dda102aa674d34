/** Opens one of the networks that Keras publishes: its weights fetched once, put into its topology, written as ONNX. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import type { OpenBackbone } from "../backbone.ts";
import { type DownloadOptions, download, isThere } from "../download.ts";
import { type Square, squareOf } from "../input-size.ts";
import { keptFolder, kerasFolder } from "../kept.ts";
import { type KerasBackbone, type KerasBackboneName, kerasBackbones } from "./backbones.ts";
import { convertKeras } from "./convert.ts";
import { readTopology } from "./topology.ts";
import { readKerasWeights } from "./weights.ts";

/** What its owner may say of it. */
export interface OwnKeras extends Partial<Square> {
  /** An .h5 file of weights for it, rather than those that Keras publishes. */
  weights?: string;
}

/** @throws Error when its weights cannot be had, or are not this network's */
export const openKeras = async (
  name: KerasBackboneName,
  own: OwnKeras,
  options: DownloadOptions,
): Promise<OpenBackbone> => {
  const backbone: KerasBackbone = kerasBackbones[name];
  const path = own.weights ?? (await published(backbone, options));
  const topology = readTopology((await backbone.topology()).default);
  const { colours, shortSide } = backbone;
  const { size, crop } = squareOf(own, { size: backbone.size, crop: backbone.size / shortSide });
  const converted = convertKeras({ topology, weights: await readKerasWeights(path), colours }, size);
  // each of them has it from one or from the other
  const { mean, std } = backbone.preparation ?? converted.preparation!;
  return {
    backbone: {
      name,
      sha256: await sha256OfFile(path),
      source: own.weights === undefined ? backbone.url : `the owner's file ${basename(own.weights)}`,
      licence: own.weights === undefined ? backbone.licence : "not stated",
      pretrainedOn: own.weights === undefined ? "ImageNet-1k, ILSVRC 2012 train" : "not stated",
      input: { size, crop, interpolation: "bicubic", mean, std },
      cuts: [backbone.cut],
    },
    bytes: converted.bytes,
  };
};

/** From where Keras itself keeps it, where it has been used on this machine; else from our own folder, fetched at need. */
const published = async ({ url, bytes, md5 }: KerasBackbone, options: DownloadOptions): Promise<string> => {
  const file = basename(url);
  const known = join(kerasFolder(), file);
  const path = (await isThere(known)) ? known : join(keptFolder(), file);
  await download({ url, path, bytes, ...(md5 !== undefined && { md5 }) }, options);
  return path;
};

const sha256OfFile = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
};
