/**
 * The trained classifier in fp32: backbone, head as a 1 x 1 convolution before the pooling. Averaging is linear, so
 * head(mean(features)) = mean(head(features)) and the class activation maps (Zhou et al. 2016, arXiv:1512.04150) cost nothing.
 */
import { floatValue } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import { canonicalise } from "./canonicalise.ts";
import { cutAt } from "./feature-cut.ts";

/** logits = weights x features + bias */
export interface LinearHead {
  /** classes x channels, row by row */
  weights: Float32Array;
  /** one per class */
  bias: Float32Array;
}

export interface FloatModelParts {
  /** An ONNX file. */
  backbone: Uint8Array;
  /** The tensor before its global average pooling. */
  cut: string;
  head: LinearHead;
  /** Classes summed up in one last logit, "something else": logsumexp of theirs, so that it means the probability of any. */
  background?: LinearHead;
}

/**
 * @returns an ONNX file with the outputs `logits` (1 x classes, the background last) and `heatmap`
 *   (1 x classes x height x width, without the background): logits = mean(heatmap) + bias
 */
export const buildFloatModel = async (parts: FloatModelParts): Promise<Uint8Array> => {
  const { cut, head, background } = parts;
  const model = cutAt(await canonicalise(parts.backbone), cut);
  const classes = head.bias.length;
  const classLogits = background ? "class_logits" : "logits";
  append(model, [
    tensor("head_weights", [classes, channelsOf(head), 1, 1], head.weights),
    tensor("head_bias", [classes], head.bias),
    node("Conv", [cut, "head_weights"], ["heatmap"], { kernel_shape: [1, 1] }),
    node("GlobalAveragePool", ["heatmap"], ["heatmap_pooled"]),
    node("Flatten", ["heatmap_pooled"], ["heatmap_mean"]),
    node("Add", ["heatmap_mean", "head_bias"], [classLogits]),
  ]);
  if (background) {
    append(model, [
      tensor("background_weights", [background.bias.length, channelsOf(background)], background.weights),
      tensor("background_bias", [background.bias.length], background.bias),
      node("GlobalAveragePool", [cut], ["features_pooled"]),
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
  return writeModel(model);
};

const append = ({ graph }: Model, parts: readonly (NodeProto | TensorProto)[]): void => {
  for (const part of parts)
    if (part.$typeName === "onnx.NodeProto") graph.node.push(part);
    else graph.initializer.push(part);
};

const channelsOf = ({ weights, bias }: LinearHead): number => {
  const channels = weights.length / bias.length;
  if (!Number.isInteger(channels))
    throw new Error(
      `a head of ${bias.length} classes cannot have ${weights.length} weights; it needs classes x channels`,
    );
  return channels;
};
