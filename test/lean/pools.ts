/** Pools, means and concatenations. */
import { operator } from "./onnx.ts";
import { anyShape, type Drawing, type Sketch } from "./sketch.ts";
import { attributesOf, drawWindow, slid } from "./windows.ts";

const mean = (sketch: Sketch, step: Sketch["outStep"]): number => {
  const { draft, shapes } = sketch;
  const input = sketch.operand(0);
  const result = draft.map({ ...shapes[0]!, height: 1, width: 1 }, step);
  draft.run({ op: "globalAverage", input: input.tensor, output: result });
  const part = operator("GlobalAveragePool", [input.name], "made");
  if (step) sketch.output(part);
  else sketch.reference.push({ ...part, nodes: operator("GlobalAveragePool", [input.name], "y").nodes });
  return result;
};

export const pools = {
  maxPool: {
    draw(sketch) {
      const { dice, draft, shapes } = sketch;
      const shape = shapes[0]!;
      const input = sketch.operand(0);
      const window = drawWindow(dice, shape, { dilated: true });
      const result = draft.map(slid(shape, window, shape.channels), input.step);
      draft.run({ op: "maxPool", input: input.tensor, output: result, window });
      sketch.output(operator("MaxPool", [input.name], "made", attributesOf(window)), input.step);
      return result;
    },
  },

  averagePool: {
    draw(sketch) {
      const { dice, draft, shapes, outStep } = sketch;
      const shape = shapes[0]!;
      const input = sketch.operand(0);
      const window = drawWindow(dice, shape);
      const countPads = dice.chance(0.5);
      const result = draft.map(slid(shape, window, shape.channels), outStep);
      draft.run({ op: "averagePool", input: input.tensor, output: result, window, countPads });
      const { dilations, ...undilated } = attributesOf(window);
      const attributes = { ...undilated, count_include_pad: Number(countPads) };
      sketch.output(operator("AveragePool", [input.name], "made", attributes));
      return result;
    },
  },

  globalAverage: { draw: (sketch) => mean(sketch, sketch.outStep) },

  /** Of integers, left in float: what heads end with. */
  floatAverage: { precisions: ["u8"], draw: (sketch) => mean(sketch, undefined) },

  concat: {
    shapes(dice) {
      const shape = anyShape(dice);
      return [shape, { ...shape, channels: dice.between(1, 40) }];
    },
    draw(sketch) {
      const { draft, shapes } = sketch;
      const [shape, other] = shapes as [Sketch["shapes"][0], Sketch["shapes"][0]];
      const first = sketch.operand(0);
      const second = sketch.operand(1, first.step);
      const result = draft.map({ ...shape, channels: shape.channels + other.channels }, first.step);
      draft.run({ op: "concat", input: first.tensor, output: result, at: 0 });
      draft.run({ op: "concat", input: second.tensor, output: result, at: shape.channels });
      sketch.output(operator("Concat", [first.name, second.name], "made", { axis: 1 }), first.step);
      return result;
    },
  },
} satisfies Record<string, Drawing>;
