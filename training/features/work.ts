/** What a training's first stage does with each photo: the features of a frozen backbone. */
import type { OpenBackbone } from "../backbone/backbone.ts";
import { buildFeatureModel } from "../export/feature-model.ts";
import type { Head } from "../head/head.ts";
import { readsOf } from "../head/trainer.ts";
import type { Work } from "./messages.ts";

/** Of the backbone, the cuts that are read. */
export interface FeatureWork extends OpenBackbone {
  work: Required<Work>;
}

/** @param kind of the head that will read them */
export const featureWorkOf = async (
  { backbone, bytes }: OpenBackbone,
  kind: Head["kind"] = "linear",
): Promise<FeatureWork> => {
  const { cuts, moments } = readsOf(kind, backbone);
  const model = await buildFeatureModel(bytes, cuts, moments);
  return {
    backbone: { ...backbone, cuts },
    bytes,
    work: { input: backbone.input, model: { bytes: model, precision: "float32", engine: "native" } },
  };
};
