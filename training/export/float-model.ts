/**
 * The trained classifier in fp32: backbone, head as 1 x 1 convolutions before the pooling, one for each feature map that it
 * reads, summed up. Averaging is linear, so head(mean(features)) = mean(head(features)) and the class activation maps
 * (Zhou et al. 2016, arXiv:1512.04150) cost nothing.
 */
import { floatValue } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import type { Dense } from "../head/head.ts";
import { canonicalise } from "./canonicalise.ts";
import { type Cut, cutAt } from "./feature-cut.ts";

/** A linear head, or the two layers of a keras head, which read the first feature map alone. */
export type HeadLayers = Dense | { hidden: Dense; output: Dense };

export interface FloatModelParts {
  /** An ONNX file. */
  backbone: Uint8Array;
  /** The feature maps that the head reads, in the order of its weights' channels. */
  cuts: readonly Cut[];
  head: HeadLayers;
  /**
   * Classes summed up in one last logit, "something else": logsumexp of theirs, so that it means the probability of any.
   * Reads the first feature map alone.
   */
  background?: Dense;
  /** Gives the logits' sigmoids as well, which are a multi-label model's scores. */
  sigmoid?: boolean;
}

/**
 * @returns an ONNX file with the outputs `logits` (1 x classes, the background last) and, of a linear head, `heatmap`
 *   (1 x classes x height x width, without the background): logits = mean(heatmap) + bias. What comes after a hidden layer is no
 *   sum over places, so a keras head has no map; nor has a head that reads a vector. With `sigmoid` also `scores` (1 x classes).
 */
export const buildFloatModel = async (parts: FloatModelParts): Promise<Uint8Array> => {
  const { cuts, head, background } = parts;
  const model = cutAt(await canonicalise(parts.backbone), cuts);
  if ("hidden" in head) {
    const [{ tensor: map, channels, vector }] = cuts as [Cut];
    if (channelsOf(head.hidden) !== channels)
      throw new Error(
        `a head of ${channelsOf(head.hidden)} channels cannot read a feature map of ${channels}; train it on this cut`,
      );
    append(model, [
      ...(vector ? [] : [node("GlobalAveragePool", [map], ["features_pooled"])]),
      node("Flatten", [vector ? map : "features_pooled"], ["features"]),
      ...denseLayers("features", head),
    ]);
    model.graph.output = [floatValue("logits", [1, head.output.bias.length])];
    if (parts.sigmoid) addScores(model, head.output.bias.length);
    return writeModel(model);
  }
  const classes = head.bias.length;
  const [first] = cuts;
  if (first?.vector) {
    append(model, denseLayers(first.tensor, head));
    model.graph.output = [floatValue("logits", [1, classes])];
    if (parts.sigmoid) addScores(model, classes);
    return writeModel(model);
  }
  const classLogits = background ? "class_logits" : "logits";
  append(model, [
    ...heatMap(cuts, head),
    tensor("head_bias", [classes], head.bias),
    node("GlobalAveragePool", ["heatmap"], ["heatmap_pooled"]),
    node("Flatten", ["heatmap_pooled"], ["heatmap_mean"]),
    node("Add", ["heatmap_mean", "head_bias"], [classLogits]),
  ]);
  if (background) {
    append(model, [
      tensor("background_weights", [background.bias.length, channelsOf(background)], background.weights),
      tensor("background_bias", [background.bias.length], background.bias),
      node("GlobalAveragePool", [cuts[0]!.tensor], ["features_pooled"]),
      node("Flatten", ["features_pooled"], ["features"]),
      node("Gemm", ["features", "background_weights", "background_bias"], ["background_logits"], { transB: 1 }),
      node("ReduceLogSumExp", ["background_logits"], ["background_logit"]),
      node("Concat", [classLogits, "background_logit"], ["logits"], { axis: 1 }),
    ]);
  }
  model.graph.output = [
    floatValue("logits", [1, classes + (background ? 1 : 0)]),
    floatValue("heatmap", [1, classes, "height", "width"]),
  ];
  if (parts.sigmoid) addScores(model, classes);
  return writeModel(model);
};

const addScores = ({ graph }: Model, classes: number): void => {
  graph.node.push(node("Sigmoid", ["logits"], ["scores"]));
  graph.output.push(floatValue("scores", [1, classes]));
};

/** The nodes that make `logits` of pooled features, without a heat map. */
export const denseLayers = (features: string, head: HeadLayers): (NodeProto | TensorProto)[] => {
  const dense = (layer: string, { weights, bias }: Dense, input: string, output: string) => [
    tensor(`${layer}_weights`, [bias.length, channelsOf({ weights, bias })], weights),
    tensor(`${layer}_bias`, [bias.length], bias),
    node("Gemm", [input, `${layer}_weights`, `${layer}_bias`], [output], { transB: 1 }),
  ];
  if (!("hidden" in head)) return dense("head", head, features, "logits");
  return [
    ...dense("hidden", head.hidden, features, "hidden"),
    node("Relu", ["hidden"], ["hidden_relu"]),
    ...dense("output", head.output, "hidden_relu", "logits"),
  ];
};

/** The nodes that make `heatmap`: each feature map by the columns of the weights that are its own, added up one by one. */
const heatMap = (cuts: readonly Cut[], head: Dense): (NodeProto | TensorProto)[] => {
  const all = channelsOf(head);
  const read = cuts.reduce((sum, { channels }) => sum + channels, 0);
  if (read !== all)
    throw new Error(`a head of ${all} channels cannot read feature maps of ${read}; train it on these cuts`);
  const last = cuts.length - 1;
  let from = 0;
  return cuts.flatMap((cut, place) => {
    const suffix = last === 0 ? "" : `_${place}`;
    const weights = tensor(
      `head_weights${suffix}`,
      [head.bias.length, cut.channels, 1, 1],
      columns(head.weights, all, from, cut.channels),
    );
    from += cut.channels;
    const map = node("Conv", [cut.tensor, weights.name], [`heatmap${suffix}`], { kernel_shape: [1, 1] });
    if (place === 0) return [weights, map];
    const before = place === 1 ? "heatmap_0" : `heatmap_to_${place - 1}`;
    const sum = place === last ? "heatmap" : `heatmap_to_${place}`;
    return [weights, map, node("Add", [before, `heatmap${suffix}`], [sum])];
  });
};

/** Of rows of `width` numbers, the `count` from `from`. */
const columns = (rows: Float32Array, width: number, from: number, count: number): Float32Array => {
  const taken = new Float32Array((rows.length / width) * count);
  for (let row = 0; row * width < rows.length; row++)
    taken.set(rows.subarray(row * width + from, row * width + from + count), row * count);
  return taken;
};

export const append = ({ graph }: Model, parts: readonly (NodeProto | TensorProto)[]): void => {
  for (const part of parts)
    if (part.$typeName === "onnx.NodeProto") graph.node.push(part);
    else graph.initializer.push(part);
};

const channelsOf = ({ weights, bias }: Dense): number => {
  const channels = weights.length / bias.length;
  if (!Number.isInteger(channels))
    throw new Error(
      `a head of ${bias.length} classes cannot have ${weights.length} weights; it needs classes x channels`,
    );
  return channels;
};
