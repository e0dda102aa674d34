/** Small ONNX graphs around one operator, run by onnxruntime-node: what the lean engine's numbers are held against. */
import { create } from "@bufbuild/protobuf";
import * as runtime from "onnxruntime-node";
import { GraphProtoSchema, ModelProtoSchema } from "../../shared/onnx/gen/onnx_pb.js";
import { floatValue } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import { type AnyAttributes, anyNode } from "../onnx/any-node.ts";
import type { Shape, Step } from "./drafts.ts";

export interface Reference {
  nodes: NodeProto[];
  constants: TensorProto[];
}

/** `from`, quantized and dequantized again as `to`. */
export const quantized = (from: string, to: string, { scale, zero }: Step): Reference => ({
  constants: [tensor(`${to}_scale`, [], Float32Array.of(scale)), tensor(`${to}_zero`, [], Uint8Array.of(zero))],
  nodes: [
    node("QuantizeLinear", [from, `${to}_scale`, `${to}_zero`], [`${to}_steps`]),
    node("DequantizeLinear", [`${to}_steps`, `${to}_scale`, `${to}_zero`], [to]),
  ],
});

/** int8 weights per output channel along `axis`, as the dequantized tensor `to`. */
export const weightsOf = (
  to: string,
  dims: number[],
  values: Int8Array,
  scales: Float32Array,
  axis = 0,
): Reference => ({
  constants: [
    tensor(`${to}_steps`, dims, values),
    tensor(`${to}_scale`, [scales.length], scales),
    tensor(`${to}_zero`, [scales.length], new Int8Array(scales.length)),
  ],
  nodes: [node("DequantizeLinear", [`${to}_steps`, `${to}_scale`, `${to}_zero`], [to], { axis })],
});

export const biasOf = (to: string, values: Int32Array, scales: Float32Array): Reference => ({
  constants: [tensor(`${to}_steps`, [values.length], values), tensor(`${to}_scale`, [scales.length], scales)],
  nodes: [node("DequantizeLinear", [`${to}_steps`, `${to}_scale`], [to], { axis: 0 })],
});

export const operator = (
  opType: string,
  input: string[],
  output: string,
  attributes: AnyAttributes = {},
): Reference => ({
  nodes: [anyNode(opType, input, [output], attributes)],
  constants: [],
});

/** Runs the parts in order on inputs named a, b, …; the output is `y`. */
export const runReference = async (
  parts: readonly Reference[],
  shapes: readonly Shape[],
  inputs: readonly Float32Array[],
): Promise<Float32Array> => {
  const dims = shapes.map(({ channels, height, width }) => [1, channels, height, width]);
  const names = inputs.map((_, i) => String.fromCharCode(97 + i));
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: create(GraphProtoSchema, {
      name: "operator",
      node: parts.flatMap(({ nodes }) => nodes),
      initializer: parts.flatMap(({ constants }) => constants),
      input: names.map((name, i) => floatValue(name, dims[i]!)),
      output: [floatValue("y")],
    }),
  }) as Model;
  const session = await runtime.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    // exact on every processor: those without VNNI cut products of uint8 and int8 (shared/engine/saturation.ts)
    extra: { session: { x64quantprecision: "1" } },
  });
  const feeds = Object.fromEntries(inputs.map((data, i) => [names[i]!, new runtime.Tensor("float32", data, dims[i]!)]));
  const { y } = await session.run(feeds);
  const data = (y!.data as Float32Array).slice();
  await session.release();
  return data;
};
