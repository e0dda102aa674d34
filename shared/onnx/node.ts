/** Nodes of an ONNX graph and their attributes. */
import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from "./gen/onnx_pb.js";

/** Integers alone: nothing we build needs another kind. */
export type Attributes = Record<string, number | readonly number[]>;

/** A node named after what it does to make its first output. */
export const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    name: `${opType} ${output[0]}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) =>
      typeof value === "number"
        ? create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
        : create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) }),
    ),
  });

const find = (of: NodeProto, name: string): AttributeProto | undefined =>
  of.attribute.find((attribute) => attribute.name === name);

export const integer = (of: NodeProto, name: string, otherwise: number): number => {
  const found = find(of, name);
  return found ? Number(found.i) : otherwise;
};

export const integers = (of: NodeProto, name: string): number[] | undefined => find(of, name)?.ints.map(Number);

export const floats = (of: NodeProto, name: string): number[] => find(of, name)?.floats ?? [];

export const float = (of: NodeProto, name: string): number | undefined => find(of, name)?.f;

export const text = (of: NodeProto, name: string): string | undefined => {
  const found = find(of, name);
  return found && new TextDecoder().decode(found.s);
};

/** For messages: `Conv "/_conv_head/Conv"`. */
export const describeNode = ({ opType, name, output }: NodeProto): string => `${opType} "${name || output[0]}"`;
