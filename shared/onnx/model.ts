/** ONNX files as objects and back, byte for byte. */
import { clone, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./gen/onnx_pb.js";

export type { GraphProto, ModelProto, NodeProto, TensorProto } from "./gen/onnx_pb.js";

/** A model that certainly has a graph. */
export type Model = ModelProto & { graph: GraphProto };

/** @throws Error when the bytes are no ONNX model */
export const readModel = (bytes: Uint8Array): Model => {
  let model: ModelProto;
  try {
    // A Buffer's slice() shares memory where a Uint8Array's copies, and the parser relies on the copy.
    model = fromBinary(ModelProtoSchema, new Uint8Array(bytes));
  } catch (cause) {
    throw new Error(`${bytes.length} bytes that are no ONNX model (${String(cause)}); export the model again`, {
      cause,
    });
  }
  if (!model.graph) throw new Error(`an ONNX file of ${bytes.length} bytes without a graph; export the model again`);
  return model as Model;
};

export const writeModel = (model: Model): Uint8Array => toBinary(ModelProtoSchema, model);

/** A deep copy, to be changed freely. */
export const copyModel = (model: Model): Model => clone(ModelProtoSchema, model) as Model;
