/** Opens a backbone by its name in the catalogue, or by its ONNX file. */
import type { OpenBackbone } from "./backbone.ts";
import { readBackbone } from "./catalogue.ts";
import { isOnnxFile, type OwnBackbone, readOnnxFile } from "./onnx-file.ts";

/**
 * @param own what its owner says of an ONNX file
 * @throws Error listing the catalogue, or naming what is wrong with the file
 */
export const openBackbone = async (
  name: string,
  own: OwnBackbone = {},
  say: (note: string) => void = () => {},
): Promise<OpenBackbone> => {
  if (isOnnxFile(name)) return readOnnxFile(name, own, say);
  return readBackbone(name);
};
