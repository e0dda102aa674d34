/** One node of a graph, run. */
import type { Tensor } from "@tensorflow/tfjs";
import { describeNode } from "../../../shared/onnx/node.ts";
import type { TensorFlow } from "../../head/tensorflow.ts";
import type { Constants } from "./constants.ts";
import type { Known } from "./known.ts";
import { knownOperators, shapeOperators } from "./known-operators.ts";
import type { Inputs } from "./operator.ts";
import type { Step } from "./plan.ts";
import { inLayout, type Layout, onnx, shapeInOnnx, type Value } from "./value.ts";

/** What is there of a tensor: the tensor, or numbers that are known without one. */
export interface Slot {
  value?: Value;
  known?: Known;
}

export type Slots = Map<string, Slot>;

export interface Run {
  tf: TensorFlow;
  slots: Slots;
  constants: Constants;
  batch: number;
}

/** Puts what the step makes into the slots. @returns the tensors among it @throws Error naming the node that fails */
export const runStep = (step: Step, run: Run): Tensor[] => {
  try {
    return step.kind === "tensor" ? runTensor(step, run) : runKnown(step, run);
  } catch (cause) {
    throw new Error(`${describeNode(step.node)} fails: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
};

const runKnown = ({ kind, node }: Step, { slots, constants }: Run): Tensor[] => {
  const compute = (): Known | readonly Known[] => {
    if (kind === "shape") {
      const [name] = node.input as [string];
      const shape =
        slots.get(name)?.known?.dims ??
        constants.knownOf(name, slots)?.dims ??
        shapeInOnnx(constants.valueOf(name, slots));
      return shapeOperators[node.opType]!.compute(shape, node);
    }
    const inputs = node.input.map((name) => (name === "" ? undefined : constants.knownOf(name, slots)));
    return knownOperators[node.opType]!.compute(inputs, node);
  };
  for (const [at, known] of [compute()].flat().entries()) slots.set(node.output[at]!, { known });
  return [];
};

const runTensor = (
  { node, kernel, trained }: Step & { kind: "tensor" },
  { tf, slots, constants, batch }: Run,
): Tensor[] => {
  const nameOf = (place: number): string => {
    const name = node.input[place];
    if (!name) throw new Error(`input ${place} is missing`);
    return name;
  };
  const inputs: Inputs = {
    count: node.input.length,
    batch,
    has: (place) => Boolean(node.input[place]),
    value: (place) => constants.valueOf(nameOf(place), slots),
    tensor: (place, layout = onnx) => inLayout(constants.valueOf(nameOf(place), slots), layout),
    numbers: (place) => constants.knownOf(nameOf(place), slots)!.numbers,
    trains: (place) => trained.has(nameOf(place)),
    constant: (place) => constants.has(nameOf(place)),
  };
  const taken = node.input.flatMap((name) => slots.get(name)?.value?.tensor ?? []);
  const layouts: Layout[] = [];
  const made = tf.tidy(() =>
    [kernel(inputs)].flat().map(({ tensor, layout }: Value) => {
      layouts.push(layout);
      // Each tensor is one node's: freed after its last use, whoever had it before
      return taken.includes(tensor) || constants.owns(tensor) ? tensor.clone() : tensor;
    }),
  );
  for (const [at, name] of node.output.entries())
    if (name !== "") slots.set(name, { value: { tensor: made[at]!, layout: layouts[at]! } });
  return made;
};
