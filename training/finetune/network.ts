/** The trained part of a network: the backbone's last blocks, with a head upon them or without, from rows of looks to answers. */
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { floatValue } from "../../shared/onnx/graph.ts";
import { copyModel, type Model } from "../../shared/onnx/model.ts";
import { readFloats } from "../../shared/onnx/tensor.ts";
import { append, denseLayers } from "../export/float-model.ts";
import type { Dense, Head } from "../head/head.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import type { CutBackbone, Part } from "./cut.ts";
import { sizeOf, widthOf } from "./cut.ts";
import { compileGraph } from "./graph/compile.ts";
import { putBack } from "./graph/put-back.ts";

/** By the initializer's name, as ONNX stores them. */
export type Numbers = ReadonlyMap<string, Float32Array>;

/** Blocks, and a head, as one ONNX model, from the parts to a row of numbers: `logits`, or `features` without a head. */
export interface Blocks {
  model: Model;
  parts: readonly Part[];
  /** What is trained, the head's own among it. */
  trainable: readonly string[];
}

export const withHead = ({ suffix, parts, trainable }: CutBackbone, head: Head): Blocks => {
  const model = copyModel(suffix);
  const layers = denseLayers("features", head);
  append(model, layers);
  const classes = (head.kind === "linear" ? head : head.output).bias.length;
  model.graph.output = [floatValue("logits", [1, classes])];
  const own = layers.flatMap((part) => (part.$typeName === "onnx.TensorProto" ? [part.name] : []));
  return { model, parts, trainable: [...trainable, ...own] };
};

/** The head that trained numbers say. */
export const headOf = (head: Head, numbers: Numbers): Head => {
  const dense = (layer: string): Dense => ({
    weights: numbers.get(`${layer}_weights`)!,
    bias: numbers.get(`${layer}_bias`)!,
  });
  return head.kind === "linear"
    ? { ...head, ...dense("head") }
    : { ...head, hidden: dense("hidden"), output: dense("output") };
};

export interface Network {
  variables: ReturnType<typeof compileGraph>["variables"];
  numbers(): Map<string, Float32Array>;
  assign(numbers: Numbers): void;
  /** Within `tf.tidy` or `tf.variableGrads`; the caller disposes of both. @param rows of a batch, one after the other */
  open(rows: Float32Array): { inputs: Record<string, Tensor>; answers: () => Tensor2D };
  /** What it answers to rows. */
  answer(rows: Float32Array): Float32Array[];
  dispose(): void;
}

export const buildNetwork = (tf: TensorFlow, { model, parts, trainable }: Blocks): Network => {
  const graph = compileGraph(model, { tf, trainable });
  const width = widthOf(parts);
  const [output] = graph.outputs;
  const open: Network["open"] = (rows) => {
    const inputs = inputsOf(tf, rows, parts, width);
    return { inputs, answers: () => graph.run(inputs)[output!] as Tensor2D };
  };
  return {
    variables: graph.variables,
    numbers: () => graph.numbers(),
    assign: (numbers) => graph.assign(numbers),
    open,
    answer(rows) {
      const { inputs, answers: run } = open(rows);
      const answers = run();
      const values = answers.dataSync<"float32">().slice();
      const [, length] = answers.shape;
      tf.dispose([inputs, answers]);
      return Array.from({ length: values.length / length }, (_, row) => values.slice(row * length, (row + 1) * length));
    },
    dispose: () => graph.dispose(),
  };
};

const inputsOf = (
  tf: TensorFlow,
  rows: Float32Array,
  parts: readonly Part[],
  width: number,
): Record<string, Tensor> => {
  const photos = rows.length / width;
  let from = 0;
  return Object.fromEntries(
    parts.map(({ tensor, shape }) => {
      const size = sizeOf(shape);
      const own = new Float32Array(photos * size);
      for (let photo = 0; photo < photos; photo++)
        own.set(rows.subarray(photo * width + from, photo * width + from + size), photo * size);
      from += size;
      return [tensor, tf.tensor(own, [photos, ...shape])];
    }),
  );
};

/** The numbers that a model's initializers hold. */
export const numbersIn = ({ graph }: Model, names: readonly string[]): Map<string, Float32Array> => {
  const wanted = new Set(names);
  return new Map(
    graph.initializer.filter(({ name }) => wanted.has(name)).map((stored) => [stored.name, readFloats(stored)]),
  );
};

/** Of the numbers, those of the backbone, in it. */
export const tunedBackbone = ({ model, trainable }: CutBackbone, numbers: Numbers): Model => {
  const own = new Set(trainable);
  return putBack(model, new Map([...numbers].filter(([name]) => own.has(name))));
};
