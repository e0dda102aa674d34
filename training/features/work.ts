/** What a training's first stage does with each photo: the features of a frozen backbone. */
import type { OpenBackbone } from "../backbone/backbone.ts";
import { buildFeatureModel } from "../export/feature-model.ts";
import type { Work } from "./messages.ts";

export interface FeatureWork extends OpenBackbone {
  work: Required<Work>;
}

export const featureWorkOf = async ({ backbone, bytes }: OpenBackbone): Promise<FeatureWork> => {
  const model = await buildFeatureModel(bytes, backbone.cuts);
  return {
    backbone,
    bytes,
    work: { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } },
  };
};
