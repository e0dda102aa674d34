/** The ONNX graph that a Keras model is turned into, while it is being written. */
import { create } from "@bufbuild/protobuf";
import { GraphProtoSchema, ModelProtoSchema } from "../../../shared/onnx/gen/onnx_pb.js";
import { floatValue } from "../../../shared/onnx/graph.ts";
import { type Model, type NodeProto, type TensorProto, writeModel } from "../../../shared/onnx/model.ts";
import { type Attributes, node } from "../../../shared/onnx/node.ts";
import { type TensorNumbers, tensor } from "../../../shared/onnx/tensor.ts";

/** Of ONNX' operators. */
const OPSET = 17n;

export class GraphWriter {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];

  /** @returns the name of its output */
  add(opType: string, inputs: readonly string[], output: string, attributes: Attributes = {}): string {
    this.#nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  constant(name: string, dims: readonly number[], data: TensorNumbers): string {
    this.#constants.push(tensor(name, dims, data));
    return name;
  }

  /** An ONNX file. @param size side of the square photo, the input `image` of 1 x 3 x size x size */
  write(size: number, output: string): Uint8Array {
    return writeModel(
      create(ModelProtoSchema, {
        irVersion: 8n,
        producerName: "whippet",
        opsetImport: [{ domain: "", version: OPSET }],
        graph: create(GraphProtoSchema, {
          name: "backbone",
          node: this.#nodes,
          initializer: this.#constants,
          input: [floatValue("image", [1, 3, size, size])],
          output: [floatValue(output)],
        }),
      }) as Model,
    );
  }
}
