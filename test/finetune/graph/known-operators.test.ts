import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { AttributeProto_AttributeType, AttributeProtoSchema } from "../../../shared/onnx/gen/onnx_pb.js";
import { DataType, tensor } from "../../../shared/onnx/tensor.ts";
import { compileGraph } from "../../../training/finetune/graph/compile.ts";
import { knownOperators, shapeOperators } from "../../../training/finetune/graph/known-operators.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { type Attribute, type Case, caseModel, integersOf, type Operand, operatorNode } from "./case.ts";
import { runReference } from "./run-case.ts";

const x: Operand = { dims: [3, 4, 5], numbers: new Float32Array(60), as: "photo" };
const scalarOf = (number: number): Operand => ({ dims: [], numbers: BigInt64Array.of(BigInt(number)), as: "constant" });
const floats = (...numbers: number[]): Operand => ({
  dims: [numbers.length],
  numbers: Float32Array.from(numbers),
  as: "constant",
});

interface Given {
  operands?: readonly (Operand | undefined)[];
  attributes?: Record<string, Attribute>;
  /** What stands between the shape [3, 4, 5] and the operator. */
  before?: "truth" | "floats" | "list of one" | "one number" | "table";
  /** A second truth beside it. */
  and?: "other";
  opset?: number;
}

/** The shape of the photo, other operands, attributes. */
const given: Record<string, readonly Given[]> = {
  Shape: [{}, { attributes: { start: 1 } }, { attributes: { start: -2, end: -1 } }],
  Size: [{}],
  Add: [{ operands: [integersOf(1, 2, 3)] }, { operands: [scalarOf(2)] }],
  Sub: [{ operands: [integersOf(10)] }],
  Mul: [{ operands: [scalarOf(-2)] }],
  Div: [{ operands: [integersOf(2, -3, 2)] }, { before: "floats", operands: [floats(2)] }],
  Mod: [{ operands: [integersOf(2, 3, -3)] }],
  Pow: [{ operands: [integersOf(2)] }],
  Min: [{ operands: [integersOf(4)] }],
  Max: [{ operands: [integersOf(4)] }],
  Neg: [{}],
  Abs: [{}],
  Sqrt: [{ before: "floats" }],
  Floor: [{ before: "floats" }],
  Ceil: [{ before: "floats" }],
  Equal: [{ operands: [integersOf(4)] }],
  Greater: [{ operands: [integersOf(3, 4, 5)] }],
  Less: [{ operands: [scalarOf(4)] }],
  Not: [{ before: "truth" }],
  And: [{ before: "truth", and: "other" }],
  Or: [{ before: "truth", and: "other" }],
  Where: [{ before: "truth", operands: [integersOf(7, 8, 9), scalarOf(-1)] }],
  Identity: [{}],
  Cast: [{ attributes: { to: DataType.INT32 } }, { attributes: { to: DataType.BOOL } }],
  Concat: [{ operands: [integersOf(6), integersOf(7, 8)], attributes: { axis: 0 } }],
  Split: [
    { before: "table", operands: [integersOf(1, 1)], attributes: { axis: 1 } },
    { operands: [integersOf(2, 1)] },
    { attributes: { split: [1, 2] }, opset: 11 },
  ],
  Slice: [
    { operands: [integersOf(1), integersOf(3)] },
    { operands: [integersOf(-1), integersOf(-100), integersOf(0), integersOf(-2)] },
    { attributes: { starts: [0], ends: [-1] }, opset: 9 },
    { before: "table", operands: [integersOf(-1, 0), integersOf(-100, 1), integersOf(0, 1), integersOf(-1, 1)] },
  ],
  Gather: [
    { operands: [scalarOf(1)] },
    { operands: [integersOf(-1, 0)] },
    { before: "table", operands: [integersOf(1, 0, 1)], attributes: { axis: 1 } },
    { before: "table", operands: [scalarOf(2)] },
  ],
  Transpose: [{ before: "table" }, { before: "table", attributes: { perm: [1, 0] } }],
  Reshape: [{ operands: [integersOf(-1)] }, { before: "list of one", operands: [integersOf()] }],
  Squeeze: [{ before: "list of one" }, { before: "list of one", operands: [integersOf(0)] }],
  Unsqueeze: [{ operands: [integersOf(0)] }, { operands: [integersOf(1, -1)] }],
  Expand: [{ operands: [integersOf(3)] }, { before: "list of one", operands: [integersOf(2)] }],
  Clip: [{ operands: [scalarOf(4)] }, { operands: [undefined, scalarOf(4)] }],
  ConstantOfShape: [{}],
  Range: [{ before: "one number", operands: [scalarOf(11), scalarOf(3)] }],
  ReduceProd: [{}, { attributes: { keepdims: 0 } }],
};

/** Besides an operator's own operands: a float, and a place in the shape. */
const aids = [floats(4), integersOf(1), scalarOf(1)];

const between: Record<NonNullable<Given["before"]>, (aids: readonly string[]) => ReturnType<typeof operatorNode>[]> = {
  truth: ([four]) => [
    operatorNode("Cast", ["shape"], ["wide"], { to: DataType.FLOAT }),
    operatorNode("Greater", ["wide", four!], ["read"]),
    operatorNode("Equal", ["wide", four!], ["other"]),
  ],
  floats: () => [operatorNode("Cast", ["shape"], ["read"], { to: DataType.FLOAT })],
  "list of one": ([, place]) => [operatorNode("Gather", ["shape", place!], ["read"])],
  // [[3, 4], [4, 5], [5, 6]]
  table: ([, place, one]) => [
    operatorNode("Unsqueeze", ["shape", place!], ["column"]),
    operatorNode("Add", ["column", one!], ["next"]),
    operatorNode("Concat", ["column", "next"], ["read"], { axis: -1 }),
  ],
  "one number": ([, , place]) => [operatorNode("Gather", ["shape", place!], ["read"])],
};

const modelOf = (operator: string, { operands = [], attributes, before, and, opset = 17 }: Given) => {
  const isShape = operator in shapeOperators;
  const outputs = operator === "Split" ? ["r", "rest"] : ["r"];
  const drawn: Case = {
    operands: [x, ...operands, ...aids],
    opset,
    nodes: ([a, ...names]) => [
      ...(isShape ? [] : [operatorNode("Shape", [a!], ["shape"])]),
      ...(before ? between[before](names.slice(operands.length)) : []),
      operatorNode(
        operator,
        [isShape ? a! : before ? "read" : "shape", ...names.slice(0, operands.length), ...(and ? [and] : [])],
        outputs,
        attributes,
      ),
      operatorNode("Cast", ["r"], ["y0"], { to: DataType.FLOAT }),
    ],
  };
  return { drawn, model: caseModel(operator, drawn, ({ as }) => as !== "photo") };
};

describe("shape arithmetic in plain numbers", () => {
  it("tries every operator there is", () => {
    expect(Object.keys(given).sort()).toEqual([...Object.keys(knownOperators), ...Object.keys(shapeOperators)].sort());
  });

  it.each(Object.entries(given))(
    "says what onnxruntime says, and no tensor is made on the way: %s",
    async (operator, list) => {
      const tf = await loadTensorFlow();
      for (const one of list) {
        const { drawn, model } = modelOf(operator, one);
        const expected = await runReference(model, drawn);
        const graph = compileGraph(model, { tf });
        const image = tf.tensor(x.numbers as Float32Array, [...x.dims]);
        const made: number[] = [];
        const outputs = graph.run({ a: image }, (_, tensors) => made.push(tensors.length));
        expect(
          [...outputs.y0!.dataSync()],
          JSON.stringify(one, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
        ).toEqual([...expected[0]!]);
        expect(made.every((count) => count === 0)).toBe(true);
        tf.dispose([image, outputs]);
        graph.dispose();
      }
    },
  );

  it("reads Constant nodes in every way that they are written", async () => {
    const tf = await loadTensorFlow();
    const kinds = AttributeProto_AttributeType;
    const constants = {
      value: { type: kinds.TENSOR, t: tensor("", [2], Float32Array.of(1, 2)) },
      value_float: { type: kinds.FLOAT, f: 3 },
      value_floats: { type: kinds.FLOATS, floats: [4, 5] },
      value_int: { type: kinds.INT, i: 6n },
      value_ints: { type: kinds.INTS, ints: [7n, 8n] },
    };
    for (const [name, stored] of Object.entries(constants)) {
      const constant = operatorNode("Constant", [], ["c"]);
      constant.attribute.push(create(AttributeProtoSchema, { name, ...stored }));
      const drawn: Case = {
        operands: [{ ...x, dims: [1, 2], numbers: Float32Array.of(0.5, 0.25) }],
        nodes: ([a]) => [
          constant,
          operatorNode("Cast", ["c"], ["f"], { to: DataType.FLOAT }),
          operatorNode("Add", [a!, "f"], ["y0"]),
        ],
      };
      const model = caseModel("Constant", drawn, ({ as }) => as !== "photo");
      const graph = compileGraph(model, { tf });
      const { y0 } = graph.run({ a: tf.tensor([[0.5, 0.25]]) });
      expect([...y0!.dataSync()], name).toEqual([...(await runReference(model, drawn))[0]!]);
      graph.dispose();
    }
  });
});
