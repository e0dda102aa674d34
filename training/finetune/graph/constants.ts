/** What a graph holds whatever the photos are: its constants, what is computed from them alone, and variables. */
import type { Tensor, Variable } from "@tensorflow/tfjs";
import type { TensorProto } from "../../../shared/onnx/model.ts";
import { DataType, dimsOf, readFloats, readIntegers } from "../../../shared/onnx/tensor.ts";
import type { TensorFlow } from "../../head/tensorflow.ts";
import { sizeOf } from "./dims.ts";
import type { Gradients } from "./gradients/gradients.ts";
import { type Known, readKnown, toTensor } from "./known.ts";
import type { Step } from "./plan.ts";
import type { ReadGraph } from "./read-graph.ts";
import { runStep, type Slots } from "./run-step.ts";
import { inLayout, type Layout, onnx, type Value } from "./value.ts";

interface Parts {
  tf: TensorFlow;
  gradients: Gradients;
  graph: ReadGraph;
  steps: readonly Step[];
  trainable: ReadonlySet<string>;
}

export class Constants {
  readonly variables = new Map<string, Variable>();
  readonly #parts: Parts;
  readonly #known = new Map<string, Known>();
  readonly #values = new Map<string, Value>();
  readonly #owned = new Set<Tensor>();

  /** @throws Error for an initializer that is not there, or cannot be trained */
  constructor(parts: Parts) {
    this.#parts = parts;
    const { graph, trainable, tf } = parts;
    for (const name of trainable) {
      const stored = graph.constants.get(name);
      if (!stored)
        throw new Error(
          `the graph has no initializer "${name}" to train; it has ${[...graph.constants.keys()].join(", ")}`,
        );
      if ((stored.dataType as DataType) !== DataType.FLOAT)
        throw new Error(
          `the initializer "${name}" holds ${DataType[stored.dataType]}; only FLOAT can be trained: convert the model to it`,
        );
    }
    for (const [name, stored] of graph.constants) {
      const known = trainable.has(name) ? undefined : readKnown(stored);
      if (known) this.#known.set(name, known);
    }
    for (const name of trainable) {
      const layout = this.#layoutFor(name, dimsOf(graph.constants.get(name)!));
      const tensor = tf.tidy(() => layout.fromOnnx(this.#read(graph.constants.get(name)!)));
      const variable = tf.variable(tensor);
      tensor.dispose();
      this.variables.set(name, variable);
      this.#keep(name, { tensor: variable, layout });
    }
  }

  has(name: string): boolean {
    return (
      (this.#known.has(name) || this.#values.has(name) || this.#parts.graph.constants.has(name)) &&
      !this.variables.has(name)
    );
  }

  /** Whether a tensor is one of these, which no run may free. */
  owns(tensor: Tensor): boolean {
    return this.#owned.has(tensor);
  }

  knownOf(name: string, slots: Slots): Known | undefined {
    return slots.get(name)?.known ?? this.#known.get(name);
  }

  valueOf(name: string, slots: Slots): Value {
    const slot = slots.get(name);
    if (slot?.value) return slot.value;
    const { tf } = this.#parts;
    if (slot?.known) return { tensor: toTensor(tf, slot.known), layout: onnx };
    return this.#values.get(name) ?? this.#upload(name);
  }

  tensorOf(name: string, slots: Slots, layout: Layout): Tensor {
    return inLayout(this.valueOf(name, slots), layout);
  }

  /** Computes a step all of whose inputs are constants. */
  fold(step: Step): void {
    const { tf } = this.#parts;
    const slots: Slots = new Map();
    tf.tidy(() => {
      runStep(step, { tf, slots, constants: this, batch: 1 });
      for (const [name, { value, known }] of slots) {
        if (known) this.#known.set(name, known);
        if (!value) continue;
        const tensor = value.layout.toOnnx(value.tensor);
        const layout = this.#layoutFor(name, tensor.shape);
        this.#keep(name, { tensor: tf.keep(layout.fromOnnx(tensor).clone()), layout });
      }
    });
  }

  /** Brings what `steps` and outputs read onto the device, and frees what only folded steps read. */
  settle(steps: readonly Step[]): void {
    const read = new Set(this.#parts.graph.outputs);
    for (const step of steps)
      for (const [place, name] of step.node.input.entries())
        if (step.kind === "tensor" && name !== "" && !step.operator.known?.includes(place)) read.add(name);
    for (const [name, { tensor }] of this.#values) {
      if (read.has(name) || this.variables.has(name)) continue;
      this.#values.delete(name);
      this.#owned.delete(tensor);
      tensor.dispose();
    }
    for (const name of read) if (this.has(name) && !this.#values.has(name)) this.#upload(name);
  }

  numbers(): Map<string, Float32Array> {
    return new Map(
      [...this.variables].map(([name, variable]) => {
        const { layout } = this.#values.get(name)!;
        const tensor = layout.toOnnx(variable);
        const numbers = tensor.dataSync<"float32">().slice();
        if (tensor !== variable) tensor.dispose();
        return [name, numbers];
      }),
    );
  }

  assign(numbers: ReadonlyMap<string, Float32Array>): void {
    const { tf, graph } = this.#parts;
    for (const [name, given] of numbers) {
      const variable = this.variables.get(name);
      if (!variable)
        throw new Error(`the graph trains no "${name}"; it trains ${[...this.variables.keys()].join(", ")}`);
      if (variable.size !== given.length)
        throw new Error(`"${name}" holds ${variable.size} numbers, not ${given.length}; they are another graph's`);
      const { layout } = this.#values.get(name)!;
      tf.tidy(() => variable.assign(layout.fromOnnx(tf.tensor(given, dimsOf(graph.constants.get(name)!)))));
    }
  }

  dispose(): void {
    for (const { tensor } of this.#values.values()) tensor.dispose();
    this.#values.clear();
    this.#owned.clear();
  }

  #keep(name: string, value: Value): void {
    this.#values.set(name, value);
    this.#owned.add(value.tensor);
  }

  #upload(name: string): Value {
    const { tf, graph } = this.#parts;
    const known = this.#known.get(name);
    const stored = graph.constants.get(name);
    if (!known && !stored) throw new Error(`there is no tensor "${name}"`);
    const layout = stored ? this.#layoutFor(name, dimsOf(stored)) : onnx;
    const tensor = tf.tidy(() => tf.keep(layout.fromOnnx(stored ? this.#read(stored) : toTensor(tf, known!))));
    this.#keep(name, { tensor, layout });
    return { tensor, layout };
  }

  #read(stored: TensorProto): Tensor {
    const { tf } = this.#parts;
    const dims = dimsOf(stored);
    const type = stored.dataType as DataType;
    const count = sizeOf(dims);
    const whole = type === DataType.FLOAT || type === DataType.FLOAT16 || type === DataType.DOUBLE;
    const numbers = whole ? readFloats(stored) : Int32Array.from(readIntegers(stored));
    if (numbers.length !== count)
      throw new Error(
        `the initializer "${stored.name}" of shape [${dims}] holds ${numbers.length} numbers; export the model in one file, with its weights`,
      );
    if (numbers instanceof Float32Array) return tf.tensor(numbers, dims);
    return type === DataType.BOOL ? tf.tensor(numbers, dims).cast("bool") : tf.tensor(numbers, dims, "int32");
  }

  /** The layout that all who read a constant want, ONNX' own where they disagree. */
  #layoutFor(name: string, dims: readonly number[]): Layout {
    const { graph, steps, tf, gradients } = this.#parts;
    const wanted = steps.flatMap((step) =>
      step.node.input.flatMap((input, place): Layout[] => {
        if (input !== name) return [];
        const setting = { node: step.node, opset: graph.opset, tf, gradients };
        return [(step.kind === "tensor" && step.operator.layoutOf?.(setting, place, dims)) || onnx];
      }),
    );
    const [first = onnx] = wanted;
    return wanted.every((layout) => layout.name === first.name) && !graph.outputs.includes(name) ? first : onnx;
  }
}
