/** What the exporter knows of each ONNX operator. */
import type { GraphProto, NodeProto } from "../../shared/onnx/model.ts";
import { describeNode } from "../../shared/onnx/node.ts";

/** Those with weights, multiplied by integers in the int8 form. */
const weighted = new Set(["Conv", "Gemm", "MatMul"]);

/** Those whose output holds only numbers of their input, so that both share one scale. */
const rearranging = new Set(["Flatten", "Identity", "MaxPool", "Reshape", "Squeeze", "Transpose", "Unsqueeze"]);

/** Those that make each number of one of one input; others of it are constants, such as bounds. */
export const numberByNumber: readonly string[] = [
  ...["Abs", "Celu", "Ceil", "Clip", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu"],
  ...["Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Softplus"],
  ...["Softsign", "Sqrt", "Tanh", "ThresholdedRelu"],
];

const others = [
  ...[
    "Add",
    "AveragePool",
    "Concat",
    "Div",
    "Expand",
    "Gather",
    "GlobalAveragePool",
    "LayerNormalization",
    "Mul",
    "Pad",
    "Pow",
    "PRelu",
  ],
  ...["ReduceL2", "ReduceLogSumExp", "ReduceMean", "Slice", "Softmax", "Split", "Sub"],
];

const known = new Set([...weighted, ...rearranging, ...numberByNumber, ...others]);

export const hasWeights = (node: NodeProto, constants: ReadonlyMap<string, unknown>): boolean =>
  weighted.has(node.opType) && constants.has(node.input[1] ?? "");

export const rearranges = (node: NodeProto): boolean => rearranging.has(node.opType);

/** @throws Error naming the first node that has no place in an image classifier of ours */
export const checkOperators = (graph: GraphProto): void => {
  const stranger = graph.node.find(({ opType, domain }) => domain !== "" || !known.has(opType));
  if (!stranger) return;
  throw new Error(
    `the backbone's node ${describeNode(stranger)} has an operator that cannot be exported; ` +
      `replace it by some of ${[...known].sort().join(", ")}, or choose another backbone`,
  );
};
