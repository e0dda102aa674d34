/** Nodes with attributes of every kind that frameworks write. */
import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
} from "../../shared/onnx/gen/onnx_pb.js";
import type { NodeProto } from "../../shared/onnx/model.ts";
import { type Attributes, node } from "../../shared/onnx/node.ts";

/** Numbers are integers, unless they are said to be floats. */
export type AnyAttributes = Record<string, Attributes[string] | string | { float: number }>;

export const anyNode = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: AnyAttributes = {},
): NodeProto => {
  const integers: Attributes = {};
  const others: AttributeProto[] = [];
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === "string") {
      const s = new TextEncoder().encode(value);
      others.push(create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s }));
    } else if (typeof value === "object" && "float" in value)
      others.push(create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float }));
    else integers[name] = value;
  const made = node(opType, inputs, outputs, integers);
  made.attribute.push(...others);
  return made;
};
