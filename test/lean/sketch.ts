/** An operator's case in the making: its operands on both sides, as a plan's tensors and as an ONNX graph's. */
import type { Dice } from "./dice.ts";
import { createDraft, type Draft, type Shape, type Step } from "./drafts.ts";
import { operator, quantized, type Reference } from "./onnx.ts";

export type Precision = "u8" | "f32";

export interface Operand {
  /** In the plan. */
  tensor: number;
  /** In the graph: of u8, what was quantized and dequantized again. */
  name: string;
  /** Of u8. */
  step: Step | undefined;
}

export interface Sketch {
  dice: Dice;
  precision: Precision;
  /** Of the inputs, all of one height and width. */
  shapes: Shape[];
  draft: Draft;
  reference: Reference[];
  /** Of the result, u8. */
  outStep: Step | undefined;
  /** An input as the operator reads it. @param step where it must be another's */
  operand(index: number, step?: Step): Operand;
  /** The mean of an operand's pixels, as in squeeze and excitation. */
  meanOf(operand: Operand): Operand;
  /** The ONNX operator that makes the result: the graph's output, quantized where the case is. */
  output(part: Reference, step?: Step): void;
}

/** How a case of one kind is drawn. */
export interface Drawing {
  /** Both, where left out. */
  precisions?: readonly Precision[];
  /** Of each input; one of any shape, where left out. */
  shapes?(dice: Dice): Shape[];
  /** Adds the operator on both sides. @returns the plan's tensor with its result */
  draw(sketch: Sketch): number;
  /** An input's numbers: normal, where left out. */
  numbers?(dice: Dice, count: number, index: number): Float32Array;
}

export const anyShape = (dice: Dice): Shape => ({
  channels: dice.chance(0.5) ? 8 * dice.between(1, 5) : dice.between(1, 40),
  height: dice.between(1, 20),
  width: dice.between(1, 20),
});

const nameOf = (index: number): string => String.fromCharCode(97 + index);

export const createSketch = (dice: Dice, precision: Precision, shapes: Shape[]): Sketch => {
  const draft = createDraft(shapes);
  const reference: Reference[] = [];
  const drawStep = (): Step | undefined => (precision === "u8" ? dice.step() : undefined);
  const outStep = drawStep();
  const quantize = (name: string, step: Step): string => {
    reference.push(quantized(name, `${name}_read`, step));
    return `${name}_read`;
  };
  return {
    ...{ dice, precision, shapes, draft, reference, outStep },
    operand(index, step = drawStep()) {
      const name = nameOf(index);
      if (!step) return { tensor: draft.inputs[index]!, name, step };
      const tensor = draft.map(shapes[index]!, step);
      draft.run({ op: "quantize", input: draft.inputs[index]!, output: tensor });
      return { tensor, name: quantize(name, step), step };
    },
    meanOf({ tensor, name }) {
      const step = drawStep();
      const mean = draft.map({ ...draft.plan.tensors[tensor]!, height: 1, width: 1 }, step);
      draft.run({ op: "globalAverage", input: tensor, output: mean });
      reference.push(operator("GlobalAveragePool", [name], "mean"));
      return { tensor: mean, name: step ? quantize("mean", step) : "mean", step };
    },
    output(part, step = outStep) {
      const made = part.nodes.at(-1)!.output[0]!;
      reference.push(part, step ? quantized(made, "y", step) : operator("Identity", [made], "y"));
    },
  };
};
