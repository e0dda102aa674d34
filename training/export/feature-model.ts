/** The frozen backbone alone: photo in, pooled features out. */
import { floatValue } from "../../shared/onnx/graph.ts";
import { writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { canonicalise } from "./canonicalise.ts";
import { type Cut, cutAt } from "./feature-cut.ts";

/**
 * @param backbone an ONNX file
 * @param cuts the feature maps whose averages make the vector, in its order
 * @param moments also each map's mean squares, after all the means
 * @returns an ONNX file with the output `features`, 1 x channels of all cuts, or twice as many
 */
export const buildFeatureModel = async (
  backbone: Uint8Array,
  cuts: readonly Cut[],
  moments = false,
): Promise<Uint8Array> => {
  const model = cutAt(await canonicalise(backbone), cuts);
  const squares = moments ? cuts.map(({ tensor }, cut) => ({ tensor, square: `squared_${cut}` })) : [];
  model.graph.node.push(...squares.map(({ tensor, square }) => node("Mul", [tensor, tensor], [square])));
  const maps = [...cuts.map(({ tensor }) => tensor), ...squares.map(({ square }) => square)];
  const pooled = maps.map((_, map) => `features_${map}`);
  for (const [map, tensor] of maps.entries()) {
    const vector = cuts[map % cuts.length]!.vector === true;
    const average = `${pooled[map]}_pooled`;
    if (!vector) model.graph.node.push(node("GlobalAveragePool", [tensor], [average]));
    model.graph.node.push(node("Flatten", [vector ? tensor : average], [pooled[map]!]));
  }
  model.graph.node.push(node("Concat", pooled, ["features"], { axis: 1 }));
  model.graph.output = [floatValue("features", [1, "channels"])];
  return writeModel(model);
};
