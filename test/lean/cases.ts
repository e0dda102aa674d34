/** Operators of random shape and numbers, each as a plan and as an ONNX graph, with photos to run both on. */
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { createDice, type Dice } from "./dice.ts";
import { createDraft, finishDraft, type Shape, type Step } from "./drafts.ts";
import { addLayer } from "./layers.ts";
import { floatNode, operator, quantized, type Reference } from "./onnx.ts";
import { tableOf } from "./tables.ts";
import { attributesOf, drawWindow, slid } from "./windows.ts";

export interface Case {
  /** For messages. */
  name: string;
  plan: Plan;
  reference: Reference[];
  shapes: Shape[];
  inputs: Float32Array[];
}

export const kinds = [
  ...["conv", "conv3x3", "depthwise", "vector", "add", "mul", "addVector", "mulVector", "maxPool", "averagePool"],
  ...["globalAverage", "concat", "leakyRelu", "sigmoid"],
] as const;
export type Kind = (typeof kinds)[number];

const shapeOf = (dice: Dice, most = 40): Shape => ({
  channels: dice.chance(0.5) ? 8 * dice.between(1, most / 8) : dice.between(1, most),
  height: dice.between(1, 20),
  width: dice.between(1, 20),
});

const numbersFor = (dice: Dice, { channels, height, width }: Shape): Float32Array =>
  dice.normals(channels * height * width, 2);

/** @param precision u8: quantized as QDQ, which ONNX Runtime fuses; f32: as it is */
export const drawCase = (kind: Kind, precision: "u8" | "f32", seed: number): Case => {
  const dice = createDice(seed);
  const shape = shapeOf(dice);
  if (kind === "vector") Object.assign(shape, { height: 1, width: 1, channels: dice.between(1, 300) });
  // large enough for Winograd's transformation, up to the most channels that have it
  if (kind === "conv3x3") {
    const channels = dice.chance(0.1) ? 512 : dice.between(16, 60);
    Object.assign(shape, { channels, height: dice.between(8, 20), width: dice.between(8, 20) });
  }
  const shapes = [shape];
  if (kind === "add" || kind === "mul") shapes.push(shape);
  if (kind === "concat") shapes.push({ ...shape, channels: dice.between(1, 40) });
  const draft = createDraft(shapes);
  const reference: Reference[] = [];
  const input = (index: number): { tensor: number; name: string; step: Step | undefined } => {
    const name = String.fromCharCode(97 + index);
    if (precision === "f32") return { tensor: draft.inputs[index]!, name, step: undefined };
    const step = kind === "concat" && index > 0 ? first.step! : dice.step();
    const made = draft.map(shapes[index]!, step);
    draft.run({ op: "quantize", input: draft.inputs[index]!, output: made });
    reference.push(quantized(name, `${name}_read`, step));
    return { tensor: made, name: `${name}_read`, step };
  };
  const first = input(0);
  const inputs = shapes.map((each) => numbersFor(dice, each));
  const outStep = precision === "u8" ? dice.step() : undefined;
  /** The result of the ONNX operator, quantized where the case is. */
  const output = (part: Reference, step = outStep): void => {
    const made = part.nodes.at(-1)!.output[0]!;
    reference.push(part);
    reference.push(step ? quantized(made, "y", step) : operator("Identity", [made], "y"));
  };
  const done = (result: number): Case => ({
    name: `${kind} ${precision} ${seed}`,
    plan: finishDraft(draft, result),
    ...{ reference, shapes, inputs },
  });

  switch (kind) {
    case "conv":
    case "conv3x3":
    case "vector":
    case "depthwise":
      return done(addLayer(kind, dice, draft, shape, first, outStep, reference, output));
    case "add":
    case "mul": {
      const second = input(1);
      const result = draft.map(shape, outStep);
      draft.run({ op: kind, left: first.tensor, right: second.tensor, output: result });
      output(operator(kind === "add" ? "Add" : "Mul", [first.name, second.name], "made"));
      return done(result);
    }
    case "addVector":
    case "mulVector": {
      // the vector is the map's own mean, as in squeeze and excitation
      const vector = { ...shape, height: 1, width: 1 };
      const step = precision === "u8" ? dice.step() : undefined;
      const mean = draft.map(vector, step);
      draft.run({ op: "globalAverage", input: first.tensor, output: mean });
      reference.push(operator("GlobalAveragePool", [first.name], step ? "mean_made" : "mean"));
      if (step) reference.push(quantized("mean_made", "mean", step));
      const result = draft.map(shape, outStep);
      draft.run({ op: kind === "addVector" ? "add" : "mul", left: first.tensor, right: mean, output: result });
      output(operator(kind === "addVector" ? "Add" : "Mul", [first.name, "mean"], "made"));
      return done(result);
    }
    case "maxPool":
    case "averagePool": {
      const window = drawWindow(dice, shape, kind === "maxPool");
      const countPads = dice.chance(0.5);
      const step = kind === "maxPool" ? first.step : outStep;
      const result = draft.map(slid(shape, window, shape.channels), step);
      const run = { input: first.tensor, output: result, window };
      draft.run(kind === "maxPool" ? { op: kind, ...run } : { op: kind, ...run, countPads });
      const { dilations, ...undilated } = attributesOf(window);
      if (kind === "maxPool") output(operator("MaxPool", [first.name], "made", { ...undilated, dilations }), step);
      else
        output(operator("AveragePool", [first.name], "made", { ...undilated, count_include_pad: Number(countPads) }));
      return done(result);
    }
    case "globalAverage": {
      const result = draft.map({ ...shape, height: 1, width: 1 }, outStep);
      draft.run({ op: kind, input: first.tensor, output: result });
      output(operator("GlobalAveragePool", [first.name], "made"));
      return done(result);
    }
    case "concat": {
      const second = input(1);
      const result = draft.map({ ...shape, channels: shape.channels + shapes[1]!.channels }, first.step);
      draft.run({ op: "concat", input: first.tensor, output: result, at: 0 });
      draft.run({ op: "concat", input: second.tensor, output: result, at: shape.channels });
      output(operator("Concat", [first.name, second.name], "made", { axis: 1 }), first.step);
      return done(result);
    }
    case "leakyRelu":
    case "sigmoid": {
      const result = draft.map(shape, outStep);
      const opType = kind === "leakyRelu" ? "LeakyRelu" : "Sigmoid";
      const alpha = Math.fround(0.1);
      if (outStep) {
        const table = tableOf(
          kind === "sigmoid" ? (x) => 1 / (1 + Math.exp(-x)) : (x) => (x >= 0 ? x : alpha * x),
          first.step!,
          outStep,
        );
        draft.run({ op: "table", input: first.tensor, output: result, table: draft.constant(table) });
      } else if (kind === "leakyRelu") draft.run({ op: kind, input: first.tensor, output: result, alpha });
      else draft.run({ op: kind, input: first.tensor, output: result });
      output({
        nodes: [floatNode(opType, [first.name], "made", kind === "leakyRelu" ? { alpha } : {})],
        constants: [],
      });
      return done(result);
    }
  }
};
