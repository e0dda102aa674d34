/** Opens a backbone by its name in the catalogue, by the path of its ONNX file, or by its URL. */
import type { OpenBackbone } from "./backbone.ts";
import { readBackbone } from "./catalogue.ts";
import type { DownloadOptions } from "./download.ts";
import { isKerasBackbone } from "./keras/backbones.ts";
import { openKeras } from "./keras/open.ts";
import { isOnnxFile, type OwnBackbone, readOnnxFile } from "./onnx-file.ts";
import { isUrl, keepOnnxUrl } from "./onnx-url.ts";

/** What its owner says of a backbone: of one in the catalogue, its size and crop at most, and of Keras' its weights. */
export interface OwnSettings extends OwnBackbone {
  /** An .h5 file of weights for a network of Keras'. */
  weights?: string;
}

/** @throws Error listing the catalogue, or naming what is wrong with the file or with fetching it */
export const openBackbone = async (name: string, own: OwnSettings, options: DownloadOptions): Promise<OpenBackbone> => {
  const { line } = options.progress;
  if (isUrl(name)) return readOnnxFile(await keepOnnxUrl(name, options), own, line);
  if (isOnnxFile(name)) return readOnnxFile(name, own, line);
  if (isKerasBackbone(name)) return openKeras(name, own, options);
  return readBackbone(name, own);
};
