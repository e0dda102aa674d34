/** Operators of one map, number by number or over its channels: in integers they are tables. */
import type { Operator } from "../../shared/engine/lean/operators.ts";
import type { TensorIndex } from "../../shared/engine/lean/plan.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import { operator, type Reference } from "./onnx.ts";
import { anyShape, type Drawing } from "./sketch.ts";
import { tableOf } from "./tables.ts";

interface Single {
  /** The plan's operator on float numbers. */
  run(input: TensorIndex, output: TensorIndex): Operator;
  /** The same in ONNX. */
  reference(from: string, to: string): Reference;
  /** For a table; ONNX Runtime fuses these. */
  map?: (x: number) => number;
}

const single = ({ run, reference, map }: Single, more: Partial<Drawing> = {}): Drawing => ({
  ...(!map && { precisions: ["f32"] }),
  draw(sketch) {
    const { draft, shapes, outStep } = sketch;
    const input = sketch.operand(0);
    const result = draft.map(shapes[0]!, outStep);
    if (outStep) {
      const table = draft.constant(tableOf(map!, input.step!, outStep));
      draft.run({ op: "table", input: input.tensor, output: result, table });
    } else draft.run(run(input.tensor, result));
    sketch.output(reference(input.name, "made"));
    return result;
  },
  ...more,
});

/** Large enough for the flat ends of a curve. */
const wide: Partial<Drawing> = { numbers: (dice, count) => dice.normals(count, dice.oneOf([2, 30])) };

const plain = (op: "sigmoid" | "tanh" | "hardSwish" | "softmax", opType: string, attributes = {}): Single => ({
  run: (input, output) => ({ op, input, output }),
  reference: (from, to) => operator(opType, [from], to, attributes),
});

const leak = Math.fround(0.1);
const [low, high] = [-1, 1.5];
const [alpha, beta] = [Math.fround(0.3), Math.fround(0.4)];

export const singles = {
  leakyRelu: single({
    run: (input, output) => ({ op: "leakyRelu", input, output, alpha: leak }),
    reference: (from, to) => operator("LeakyRelu", [from], to, { alpha: { float: leak } }),
    map: (x) => (x >= 0 ? x : leak * x),
  }),
  sigmoid: single({ ...plain("sigmoid", "Sigmoid"), map: (x) => 1 / (1 + Math.exp(-x)) }),
  wideSigmoid: single(plain("sigmoid", "Sigmoid"), wide),
  tanh: single(plain("tanh", "Tanh"), wide),
  hardSwish: single(plain("hardSwish", "HardSwish"), wide),
  softmax: single(plain("softmax", "Softmax", { axis: 1 }), wide),
  clip: single({
    run: (input, output) => ({ op: "clip", input, output, low, high }),
    reference: (from, to) => ({
      nodes: operator("Clip", [from, "low", "high"], to).nodes,
      constants: [tensor("low", [], Float32Array.of(low)), tensor("high", [], Float32Array.of(high))],
    }),
  }),
  hardSigmoid: single({
    run: (input, output) => ({ op: "hardSigmoid", input, output, alpha, beta }),
    reference: (from, to) => operator("HardSigmoid", [from], to, { alpha: { float: alpha }, beta: { float: beta } }),
  }),

  logSumExp: {
    precisions: ["f32"],
    shapes: (dice) => [{ ...anyShape(dice), height: 1, width: 1 }],
    draw(sketch) {
      const { draft } = sketch;
      const result = draft.map({ channels: 1, height: 1, width: 1 });
      draft.run({ op: "logSumExp", input: draft.inputs[0]!, output: result });
      sketch.output(operator("ReduceLogSumExp", ["a"], "made", { axes: [1] }));
      return result;
    },
    ...wide,
  },
} satisfies Record<string, Drawing>;
