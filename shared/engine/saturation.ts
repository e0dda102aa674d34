/**
 * Whether this processor gets int8 models wrong. x86 without VNNI (before 2019 or so) multiplies uint8 activations by int8
 * weights with an instruction that adds two products in 16 bits, silently cutting them at 32767. No flag tells reliably on
 * every platform, so a product that would be cut is computed and looked at.
 */
import { create } from "@bufbuild/protobuf";
import type * as OnnxRuntime from "onnxruntime-node";
import { GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from "../onnx/gen/onnx_pb.js";
import { type Model, writeModel } from "../onnx/model.ts";
import { node } from "../onnx/node.ts";
import { DataType, tensor } from "../onnx/tensor.ts";

const inputs = 64;
const outputs = 16;

/** Takes a millisecond or two. */
export const int8Saturates = async ({ InferenceSession, Tensor }: typeof OnnxRuntime): Promise<boolean> => {
  const session = await InferenceSession.create(writeModel(largestProduct()), { intraOpNumThreads: 1 });
  const activations = new Tensor("uint8", new Uint8Array(inputs).fill(255), [1, inputs]);
  const { products } = await session.run({ activations });
  await session.release();
  return (products!.data as Int32Array).some((product) => product !== inputs * 255 * 127);
};

/** activations (1 x 64, uint8) x weights (64 x 16, int8, all 127) = products (int32) */
const largestProduct = (): Model => {
  const value = (name: string, elemType: DataType, columns: number) =>
    create(ValueInfoProtoSchema, {
      name,
      type: { value: { case: "tensorType", value: { elemType, shape: shape(columns) } } },
    });
  return create(ModelProtoSchema, {
    irVersion: 7n,
    opsetImport: [{ domain: "", version: 13n }],
    graph: create(GraphProtoSchema, {
      name: "largest product",
      node: [node("MatMulInteger", ["activations", "weights"], ["products"])],
      initializer: [tensor("weights", [inputs, outputs], new Int8Array(inputs * outputs).fill(127))],
      input: [value("activations", DataType.UINT8, inputs)],
      output: [value("products", DataType.INT32, outputs)],
    }),
  }) as Model;
};

const shape = (columns: number) => ({
  dim: [1n, BigInt(columns)].map((size) => ({ value: { case: "dimValue" as const, value: size } })),
});
