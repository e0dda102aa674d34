/** Operators of random shape and numbers, each as a plan and as an ONNX graph, with photos to run both on. */
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { createDice } from "./dice.ts";
import { finishDraft, type Shape } from "./drafts.ts";
import { layers } from "./layers.ts";
import type { Reference } from "./onnx.ts";
import { pairs } from "./pairs.ts";
import { pools } from "./pools.ts";
import { singles } from "./singles.ts";
import { anyShape, createSketch, type Drawing, type Precision } from "./sketch.ts";

export interface Case {
  /** For messages. */
  name: string;
  plan: Plan;
  reference: Reference[];
  shapes: Shape[];
  inputs: Float32Array[];
  /** How far off the result may be, in parts of its largest number: 0 for integers. */
  tolerance: number;
}

const drawings = { ...layers, ...pools, ...pairs, ...singles } satisfies Record<string, Drawing>;
export type Kind = keyof typeof drawings;

export interface Variant {
  kind: Kind;
  precision: Precision;
}

const both: readonly Precision[] = ["u8", "f32"];

/** Every kind in every precision that it has. */
export const variants: readonly Variant[] = Object.entries<Drawing>(drawings).flatMap(([kind, { precisions = both }]) =>
  precisions.map((precision) => ({ kind: kind as Kind, precision })),
);

/** @param precision u8: quantized as QDQ, which ONNX Runtime fuses; f32: as it is */
export const drawCase = ({ kind, precision }: Variant, seed: number): Case => {
  const dice = createDice(seed);
  const { shapes = () => [anyShape(dice)], draw, numbers }: Drawing = drawings[kind];
  const sketch = createSketch(dice, precision, shapes(dice));
  const result = draw(sketch);
  const inputs = sketch.shapes.map(({ channels, height, width }, index) => {
    const count = channels * height * width;
    return numbers ? numbers(dice, count, index) : dice.normals(count, 2);
  });
  const integers = sketch.draft.plan.tensors[result]!.type === "u8";
  return {
    name: `${kind} ${precision} ${seed}`,
    plan: finishDraft(sketch.draft, result),
    ...{ reference: sketch.reference, shapes: sketch.shapes, inputs },
    // sums are taken in another order; but a mean of integers is one sum of integers
    tolerance: integers ? 0 : precision === "u8" ? 1e-6 : 1e-4,
  };
};
