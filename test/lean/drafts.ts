/** Plans of a few operators, written by hand: maps come in as channels of one photo, one map goes out as the heat map. */
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import type { Operator } from "../../shared/engine/lean/operators.ts";
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import { type Plan, type PlanTensor, roundUp, spanOf } from "../../shared/engine/lean/plan.ts";
import { createProgram } from "../../shared/engine/lean/program.ts";
import { bytesOf } from "../../shared/hash.ts";
import { kernels } from "./kernels.ts";

export interface Shape {
  channels: number;
  height: number;
  width: number;
}

/** value = scale x (stored - zero) */
export interface Step {
  scale: number;
  zero: number;
}

export interface Draft {
  plan: Plan;
  /** The input maps, f32. */
  inputs: number[];
  /** A tensor with memory of its own; with a step it is u8. */
  map(shape: Shape, step?: Step | undefined): number;
  /** One of up to four channels, with a pitch of four. */
  narrowMap(shape: Shape, step?: Step | undefined): number;
  constant(numbers: ArrayBufferView): number;
  run(operator: Operator): void;
}

/**
 * @param shapes of the input maps, all of one height and width: one is the photo, several are slices of its channels, each
 *   rounded up to eight
 */
export const createDraft = (shapes: readonly Shape[]): Draft => {
  const pitch = shapes.reduce((sum, shape) => sum + roundUp(shape.channels, 8), 0);
  const channels = shapes.length === 1 ? shapes[0]!.channels : pitch;
  const { height, width } = shapes[0]!;
  const photo = { type: "f32", place: "arena", channels, height, width, pitch, scale: 1, zero: 0 } as const;
  const pixels = { ...photo, offset: roundUp(channels * height * width * 4, 64) };
  const plan: Plan = {
    input: { channels, height, width, offset: 0 },
    tensors: [pixels],
    operators: [{ op: "image", output: 0 }],
    constants: new Uint8Array(),
    arena: roundUp(pixels.offset + spanOf(pixels), 64),
    outputs: { logits: 0 },
  };
  let at = 0;
  const inputs = shapes.map((shape) => {
    at += roundUp(shape.channels, 8);
    return (
      plan.tensors.push({ ...pixels, ...shape, offset: pixels.offset + (at - roundUp(shape.channels, 8)) * 4 }) - 1
    );
  });
  const add = ({ channels, height, width }: Shape, pitch: number, step?: Step): number => {
    const tensor: PlanTensor = {
      ...{ type: step ? "u8" : "f32", place: "arena", channels, height, width, pitch },
      ...{ offset: plan.arena, scale: step?.scale ?? 1, zero: step?.zero ?? 0 },
    };
    plan.arena = roundUp(plan.arena + spanOf(tensor), 64);
    return plan.tensors.push(tensor) - 1;
  };
  return {
    plan,
    inputs,
    map: (shape, step) => add(shape, roundUp(shape.channels, 8), step),
    narrowMap: (shape, step) => add(shape, 4, step),
    constant(numbers) {
      const offset = roundUp(plan.constants.length, 16);
      const constants = new Uint8Array(offset + numbers.byteLength);
      constants.set(plan.constants);
      constants.set(bytesOf(numbers), offset);
      plan.constants = constants;
      return offset;
    },
    run: (operator) => plan.operators.push(operator),
  };
};

/** Makes a draft's result, dequantized, its heat map. */
export const finishDraft = ({ plan, map, run }: Draft, result: number): Plan => {
  const made = plan.tensors[result]!;
  const heatmap = made.type === "u8" ? map(made) : result;
  if (made.type === "u8") run({ op: "dequantize", input: result, output: heatmap });
  const logits = map({ channels: made.channels, height: 1, width: 1 });
  run({ op: "globalAverage", input: heatmap, output: logits });
  return Object.assign(plan, { outputs: { logits, heatmap } });
};

/** @param inputs of each input map, NCHW */
export const photoOf = ({ input }: Plan, inputs: readonly Float32Array[]): Float32Array => {
  const pixels = input.height * input.width;
  const photo = new Float32Array(input.channels * pixels);
  let at = 0;
  for (const numbers of inputs) {
    photo.set(numbers, at * pixels);
    at += roundUp(numbers.length / pixels, 8);
  }
  return photo;
};

/** Runs a finished draft through the file and the strict parser: the heat map, NCHW. */
export const runPlan = async (plan: Plan, inputs: readonly Float32Array[]): Promise<Float32Array> => {
  const bytes = await encodePlan(plan);
  const program = createProgram(await WebAssembly.instantiate(kernels), parsePlan(bytes), bytes);
  const photo = photoOf(plan, inputs);
  // an earlier photo must leave no trace
  program(photo.map((number) => -number));
  return program(photo, true).heatmap!.data;
};
