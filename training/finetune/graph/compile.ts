/**
 * An ONNX graph as TensorFlow.js operations: on any backend, for photos by the batch, with gradients for the constants that
 * are to be trained. The README beside this says how to use it, and what it costs.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs";
import type { Model, NodeProto } from "../../../shared/onnx/model.ts";
import type { TensorFlow } from "../../head/tensorflow.ts";
import { Constants } from "./constants.ts";
import { type GradientKind, gradientsOf, suitableGradients } from "./gradients/gradients.ts";
import { planSteps } from "./plan.ts";
import { type GraphInput, readGraph } from "./read-graph.ts";
import { runStep, type Slots } from "./run-step.ts";
import { onnx } from "./value.ts";

export interface CompileOptions {
  tf: TensorFlow;
  /** Names of initializers that become variables. */
  trainable?: Iterable<string>;
  /** Tensors to compute; the graph's outputs by default. Nodes that none of them needs are left out. */
  outputs?: readonly string[];
  /** Whose gradients are used; what suits the device by default. */
  gradients?: GradientKind;
}

export interface CompiledGraph {
  inputs: readonly GraphInput[];
  outputs: readonly string[];
  /** By the initializer's name; their shapes are the executor's own, so read and write them by `numbers` and `assign`. */
  variables: ReadonlyMap<string, Variable>;
  /**
   * Works under `tf.variableGrads` and within `tf.tidy`; frees all that it makes but its answer.
   *
   * @param inputs by name, in ONNX' shape (photos x channels x height x width); any number of photos
   * @param watch is called after each node with the tensors that it made; they are freed afterwards
   * @returns the outputs by name, in ONNX' shape; the caller disposes of them
   * @throws Error naming the input that is missing or has another shape, or the node that fails
   */
  run(
    inputs: Readonly<Record<string, Tensor>>,
    watch?: (node: NodeProto, made: readonly Tensor[]) => void,
  ): Record<string, Tensor>;
  /** What the variables hold, as ONNX stores it. */
  numbers(): Map<string, Float32Array>;
  /** Puts numbers, as ONNX stores them, into variables. @throws Error for one that there is not, or of another size */
  assign(numbers: ReadonlyMap<string, Float32Array>): void;
  /** Frees constants and variables. */
  dispose(): void;
}

/** @throws Error naming the node, operator or attribute that is not supported, or the initializer that cannot be trained */
export const compileGraph = (model: Model, options: CompileOptions): CompiledGraph => {
  const { tf, trainable = [], outputs, gradients = suitableGradients(tf) } = options;
  const graph = readGraph(model, outputs);
  const trained = new Set(trainable);
  const setting = { tf, gradients: gradientsOf(tf, gradients) };
  const planned = planSteps(graph, setting, trained);
  const constants = new Constants({ ...setting, graph, steps: planned, trainable: trained });
  const steps = planned.filter(({ constant }) => !constant);
  try {
    for (const step of planned) if (step.constant) constants.fold(step);
    constants.settle(steps);
  } catch (error) {
    constants.dispose();
    throw error;
  }
  const endings = lastUses(
    steps.map(({ node }) => node),
    graph.outputs,
  );

  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    variables: constants.variables,
    numbers: () => constants.numbers(),
    assign: (numbers) => constants.assign(numbers),
    dispose: () => constants.dispose(),
    run: (given, watch) =>
      tf.tidy(() => {
        const slots: Slots = new Map();
        for (const { name, shape } of graph.inputs)
          slots.set(name, { value: { tensor: checkInput(given[name], name, shape), layout: onnx } });
        const [first] = graph.inputs;
        const batch = graph.forOne && first ? given[first.name]!.shape[0]! : 1;
        for (const [at, step] of steps.entries()) {
          const made = runStep(step, { tf, slots, constants, batch });
          watch?.(step.node, made);
          for (const name of endings[at]!) {
            slots.get(name)?.value?.tensor.dispose();
            slots.delete(name);
          }
        }
        return Object.fromEntries(
          graph.outputs.map((name) => {
            const tensor = constants.tensorOf(name, slots, onnx);
            // What is given, or kept, is not the caller's to dispose of
            const own = slots.has(name) && !(name in given);
            return [name, own ? tensor : tensor.clone()];
          }),
        );
      }),
  };
};

/** A batch of one may be of any size: graphs are exported with one photo. */
const checkInput = (tensor: Tensor | undefined, name: string, shape: readonly number[]): Tensor => {
  const sides = shape.map((side, axis) => (side === -1 || (axis === 0 && side === 1) ? "any" : side));
  if (!tensor)
    throw new Error(`the graph's input "${name}" of shape [${sides.join(", ")}] is missing; run it with one`);
  const fits =
    shape.length === 0 ||
    (tensor.rank === shape.length && sides.every((side, axis) => side === "any" || tensor.shape[axis] === side));
  if (!fits)
    throw new Error(`the graph's input "${name}" has shape [${tensor.shape.join(", ")}], not [${sides.join(", ")}]`);
  return tensor;
};

/** For each node, the tensors that no later one reads. */
const lastUses = (nodes: readonly NodeProto[], outputs: readonly string[]): string[][] => {
  const seen = new Set(outputs);
  const mine = new Set(nodes.flatMap(({ output }) => output));
  return nodes
    .map((_, at) => nodes[nodes.length - 1 - at]!)
    .map((node) => {
      const last = [...node.output, ...new Set(node.input)].filter((name) => mine.has(name) && !seen.has(name));
      for (const name of [...node.output, ...node.input]) seen.add(name);
      return last;
    })
    .reverse();
};
