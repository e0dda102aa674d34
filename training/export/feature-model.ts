/** The frozen backbone alone: photo in, pooled features out. */
import { floatValue } from "../../shared/onnx/graph.ts";
import { writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { canonicalise } from "./canonicalise.ts";
import { cutAt } from "./feature-cut.ts";

/**
 * @param backbone an ONNX file
 * @param cut the tensor before its global average pooling
 * @returns an ONNX file with the output `features`, 1 x channels
 */
export const buildFeatureModel = async (backbone: Uint8Array, cut: string): Promise<Uint8Array> => {
  const model = cutAt(await canonicalise(backbone), cut);
  model.graph.node.push(
    node("GlobalAveragePool", [cut], ["features_pooled"]),
    node("Flatten", ["features_pooled"], ["features"]),
  );
  model.graph.output = [floatValue("features", [1, "channels"])];
  return writeModel(model);
};
