/** What a training's first stage does with each photo: the features of a frozen backbone. */
import { type Backbone, readBackbone } from "../backbone/catalogue.ts";
import { buildFeatureModel } from "../export/feature-model.ts";
import type { Work } from "./messages.ts";

export interface FeatureWork {
  backbone: Backbone;
  /** The backbone's ONNX file. */
  bytes: Uint8Array;
  work: Required<Work>;
}

/** @throws Error listing the catalogue when there is no such backbone */
export const openFeatureWork = async (name: string): Promise<FeatureWork> => {
  const { backbone, bytes } = await readBackbone(name);
  const model = await buildFeatureModel(bytes, backbone.cuts);
  return {
    backbone,
    bytes,
    work: { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } },
  };
};
