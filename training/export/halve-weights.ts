/** The float16 form: weights stored in half precision, cast to fp32 when the model is loaded; everything computed in fp32. */
import { float32ToFloat16 } from "../../shared/onnx/float16.ts";
import { initializers } from "../../shared/onnx/graph.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { DataType, dimsOf, readFloats, tensor } from "../../shared/onnx/tensor.ts";
import { hasWeights } from "./operators.ts";

/** @param bytes the float model, an ONNX file */
export const halveWeights = (bytes: Uint8Array): Uint8Array => {
  const model = readModel(bytes);
  const { graph } = model;
  const constants = initializers(graph);
  const weights = new Set(graph.node.filter((node) => hasWeights(node, constants)).map(({ input }) => input[1]!));
  graph.initializer = graph.initializer.map((stored) =>
    weights.has(stored.name)
      ? tensor(`${stored.name}_half`, dimsOf(stored), float32ToFloat16(readFloats(stored)))
      : stored,
  );
  const casts = [...weights].map((name) => node("Cast", [`${name}_half`], [name], { to: DataType.FLOAT }));
  graph.node = [...casts, ...graph.node];
  return writeModel(model);
};
