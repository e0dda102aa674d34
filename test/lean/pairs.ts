/** Operators of two maps, of a map and a vector, and of a map and one channel of another. */
import type { Binary, FloatBinary } from "../../shared/engine/lean/operators.ts";
import type { Dice } from "./dice.ts";
import type { Shape } from "./drafts.ts";
import { operator } from "./onnx.ts";
import { anyShape, type Drawing, type Operand, type Sketch } from "./sketch.ts";

type Op = (Binary | FloatBinary)["op"];

const onnx: Record<Op, string> = { add: "Add", mul: "Mul", sub: "Sub", div: "Div", prelu: "PRelu" };

const addPair = (sketch: Sketch, op: Op, left: Operand, right: Operand): number => {
  const { draft, shapes, outStep } = sketch;
  const result = draft.map(shapes[0]!, outStep);
  draft.run({ op, left: left.tensor, right: right.tensor, output: result });
  sketch.output(operator(onnx[op], [left.name, right.name], "made"));
  return result;
};

const two = (dice: Dice): Shape[] => {
  const shape = anyShape(dice);
  return [shape, shape];
};

const oneChannelRight = (dice: Dice): Shape[] => {
  const shape = { ...anyShape(dice), channels: dice.between(2, 40) };
  return [shape, { ...shape, channels: 1 }];
};

/** Of two maps. */
const maps = (op: Op): Drawing => ({
  shapes: two,
  draw: (sketch) => addPair(sketch, op, sketch.operand(0), sketch.operand(1)),
});

/** The right one's mean meets every pixel. */
const vector = (op: Op): Drawing => ({
  shapes: two,
  draw: (sketch) => addPair(sketch, op, sketch.operand(0), sketch.meanOf(sketch.operand(1))),
});

/** The right one's channel meets every channel, as in spatial attention. */
const channel = (op: Op): Drawing => ({ ...maps(op), shapes: oneChannelRight });

const floats = { precisions: ["f32"] } as const;

/** Divisors keep away from zero: a mean of them, too. */
const divided: Drawing["numbers"] = (dice, count, index) =>
  dice.normals(count, 2).map((number) => (index === 1 ? 0.5 + Math.abs(number) : number));

export const pairs = {
  add: maps("add"),
  mul: maps("mul"),
  addVector: vector("add"),
  mulVector: vector("mul"),
  addChannel: channel("add"),
  mulChannel: channel("mul"),
  sub: { ...maps("sub"), ...floats },
  subVector: { ...vector("sub"), ...floats },
  div: { ...maps("div"), ...floats, numbers: divided },
  divVector: { ...vector("div"), ...floats, numbers: divided },
  divChannel: { ...channel("div"), ...floats, numbers: divided },
  prelu: { ...maps("prelu"), ...floats },
  preluVector: { ...vector("prelu"), ...floats },
} satisfies Record<string, Drawing>;
