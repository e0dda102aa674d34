/** The frozen backbone alone: photo in, pooled features out. */
import { floatValue } from "../../shared/onnx/graph.ts";
import { writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { canonicalise } from "./canonicalise.ts";
import { type Cut, cutAt } from "./feature-cut.ts";

/**
 * @param backbone an ONNX file
 * @param cuts the feature maps whose averages make the vector, in its order
 * @returns an ONNX file with the output `features`, 1 x channels of all cuts
 */
export const buildFeatureModel = async (backbone: Uint8Array, cuts: readonly Cut[]): Promise<Uint8Array> => {
  const model = cutAt(await canonicalise(backbone), cuts);
  const pooled = cuts.map((_, cut) => `features_${cut}`);
  for (const [cut, { tensor }] of cuts.entries())
    model.graph.node.push(
      node("GlobalAveragePool", [tensor], [`${pooled[cut]}_pooled`]),
      node("Flatten", [`${pooled[cut]}_pooled`], [pooled[cut]!]),
    );
  model.graph.node.push(node("Concat", pooled, ["features"], { axis: 1 }));
  model.graph.output = [floatValue("features", [1, "channels"])];
  return writeModel(model);
};
