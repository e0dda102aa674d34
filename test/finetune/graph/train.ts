/** A few steps of plain gradient descent on photos of noise: what training does to a graph, small enough for a test. */
import type { Tensor } from "@tensorflow/tfjs";
import type { Model } from "../../../shared/onnx/model.ts";
import { type CompiledGraph, compileGraph } from "../../../training/finetune/graph/compile.ts";
import type { TensorFlow } from "../../../training/head/tensorflow.ts";
import type { Backend } from "./run-case.ts";

/** Float initializers of some size, those that the last nodes read first. */
export const lastWeights = ({ graph }: Model, count: number): string[] => {
  const floats = graph.initializer.filter(({ dims, dataType }) => dataType === 1 && dims.length > 0);
  const names = new Set(floats.map(({ name }) => name));
  const read = graph.node.toReversed().flatMap(({ input }) => input.filter((name) => names.has(name)));
  return [...new Set(read)].slice(0, count);
};

/** Mean cross-entropy of the logits against labels counted through. */
const crossEntropy = (tf: TensorFlow, logits: Tensor): Tensor => {
  const [photos, classes] = logits.shape as [number, number];
  const labels = Int32Array.from({ length: photos }, (_, photo) => photo % classes);
  return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, "int32"), classes), logits);
};

/** @returns the loss before each step; the graph's variables have moved */
export const descend = (
  graph: CompiledGraph,
  { tf }: Backend,
  inputs: Record<string, Tensor>,
  { steps, rate }: { steps: number; rate: number },
): number[] => {
  const optimizer = tf.train.sgd(rate);
  const variables = [...graph.variables.values()];
  const losses = Array.from({ length: steps }, () => {
    const loss = optimizer.minimize(() => crossEntropy(tf, graph.run(inputs).logits!).asScalar(), true, variables)!;
    const [number] = loss.dataSync();
    loss.dispose();
    return number!;
  });
  optimizer.dispose();
  return losses;
};

export const trained = (
  model: Model,
  backend: Backend,
  photos: Float32Array,
  shape: number[],
  options: { weights: number; steps: number; rate: number },
): { losses: number[]; numbers: Map<string, Float32Array>; logits: Float32Array } => {
  const { tf } = backend;
  const graph = compileGraph(model, { ...backend, trainable: lastWeights(model, options.weights) });
  const image = tf.tensor(photos, shape);
  const losses = descend(graph, backend, { image }, options);
  const outputs = graph.run({ image });
  const logits = outputs.logits!.dataSync<"float32">().slice();
  const numbers = graph.numbers();
  tf.dispose([image, outputs]);
  graph.dispose();
  return { losses, numbers, logits };
};
