/** One operator with random attributes and operands: a graph for onnxruntime and for the executor alike. */
import { create } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
} from "../../../shared/onnx/gen/onnx_pb.js";
import { floatValue } from "../../../shared/onnx/graph.ts";
import type { Model, NodeProto } from "../../../shared/onnx/model.ts";
import { node } from "../../../shared/onnx/node.ts";
import { type TensorNumbers, tensor } from "../../../shared/onnx/tensor.ts";
import type { Dice } from "../../lean/dice.ts";

export type Attribute = number | readonly number[] | { float: number } | { text: string };

export interface Operand {
  dims: readonly number[];
  numbers: TensorNumbers;
  /** `photo` comes with each run, `weight` is stored and may be trained, `constant` is stored and decides shapes. */
  as: "photo" | "weight" | "constant";
  /** Has a gradient that finite differences can find. */
  smooth?: boolean;
}

export interface Case {
  attributes?: Readonly<Record<string, Attribute>>;
  /** An operand left out is undefined. */
  operands: readonly (Operand | undefined)[];
  /** One by default. */
  outputs?: number;
  /** In place of one node of the operator that reads all operands: how it is wrapped up. Its output is `y0`. */
  nodes?: (names: readonly string[]) => NodeProto[];
  /** 17 by default. */
  opset?: number;
  /** What the executor and onnxruntime may differ by, of the largest number; 1e-5 by default. */
  tolerance?: number;
}

export type Draw = (dice: Dice) => Case;

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);

/** Normal numbers that come with each run. */
export const photo = (dice: Dice, dims: readonly number[]): Operand => ({
  dims,
  numbers: dice.normals(sizeOf(dims), 1),
  as: "photo",
  smooth: true,
});

export const weight = (dice: Dice, dims: readonly number[], around = 0, deviation = 1): Operand => ({
  dims,
  numbers: dice.normals(sizeOf(dims), deviation).map((number) => around + number),
  as: "weight",
  smooth: true,
});

/** Numbers no two of which are close, so that the largest stays so when all of them move a little. */
export const distinct = (dice: Dice, dims: readonly number[], as: Operand["as"] = "photo"): Operand => {
  const numbers = Float32Array.from({ length: sizeOf(dims) }, (_, at) => at);
  for (let at = numbers.length - 1; at > 0; at--) {
    const other = dice.between(0, at);
    [numbers[at], numbers[other]] = [numbers[other]!, numbers[at]!];
  }
  return { dims, numbers: numbers.map((place) => 0.1 * (place - numbers.length / 2) + 0.033), as, smooth: true };
};

/** Normal numbers none of which is close to a place where the operator bends. */
export const off = (dice: Dice, dims: readonly number[], bends: readonly number[], deviation = 1): Operand => ({
  ...photo(dice, dims),
  numbers: dice.normals(sizeOf(dims), deviation).map((number) => {
    const bend = bends.find((one) => Math.abs(number - one) < 0.06);
    return bend === undefined ? number : bend + (number < bend ? -0.1 : 0.1);
  }),
});

export const positive = (dice: Dice, dims: readonly number[]): Operand => ({
  ...photo(dice, dims),
  numbers: dice.normals(sizeOf(dims), 1).map((number) => Math.abs(number) + 0.3),
});

/** Without a gradient. */
export const flat = (operand: Operand): Operand => ({ ...operand, smooth: false });

export const integersOf = (...numbers: number[]): Operand => ({
  dims: [numbers.length],
  numbers: BigInt64Array.from(numbers, BigInt),
  as: "constant",
});

export const floatsOf = (...numbers: number[]): Operand => ({
  dims: [numbers.length],
  numbers: Float32Array.from(numbers),
  as: "constant",
});

export const scalar = (number: number): Operand => ({ dims: [], numbers: Float32Array.of(number), as: "constant" });

/** A shape of `rank` axes. */
export const shapeOf = (dice: Dice, rank: number, longest = 6): number[] =>
  Array.from({ length: rank }, () => dice.between(1, longest));

export const operatorNode = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): NodeProto => {
  const integers: Record<string, number | readonly number[]> = {};
  const others = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "object" && "float" in value)
      others.push(create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float }));
    else if (typeof value === "object" && "text" in value) {
      const bytes = new TextEncoder().encode(value.text);
      others.push(create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: bytes }));
    } else integers[name] = value;
  }
  const made = node(opType, inputs, outputs, integers);
  made.attribute.push(...others);
  return made;
};

/** The operands by the letter that names them in the graph. */
export const namedOperands = ({ operands }: Case): Map<string, Operand> =>
  new Map(operands.flatMap((operand, at) => (operand ? [[String.fromCharCode(97 + at), operand] as const] : [])));

/** @param stored operands that are constants of the graph; the others come with each run */
export const caseModel = (opType: string, drawn: Case, stored: (operand: Operand) => boolean): Model => {
  const named = namedOperands(drawn);
  const outputs = Array.from({ length: drawn.outputs ?? 1 }, (_, at) => `y${at}`);
  const last = drawn.operands.findLastIndex((operand) => operand !== undefined);
  const names = drawn.operands.slice(0, last + 1).map((operand, at) => (operand ? String.fromCharCode(97 + at) : ""));
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: BigInt(drawn.opset ?? 17) }],
    graph: create(GraphProtoSchema, {
      name: "operator",
      node: drawn.nodes?.(names) ?? [operatorNode(opType, names, outputs, drawn.attributes)],
      initializer: [...named].flatMap(([name, operand]) =>
        stored(operand) ? [tensor(name, operand.dims, operand.numbers)] : [],
      ),
      input: [...named].flatMap(([name, operand]) => (stored(operand) ? [] : [floatValue(name, operand.dims)])),
      output: outputs.map((name) => floatValue(name)),
    }),
  }) as Model;
};
