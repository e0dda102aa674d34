/** Writes float ONNX graphs a layer at a time, with seeded random weights, as a framework would export them. */
import { create } from "@bufbuild/protobuf";
import { GraphProtoSchema, ModelProtoSchema } from "../../shared/onnx/gen/onnx_pb.js";
import { floatValue } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { type TensorNumbers, tensor } from "../../shared/onnx/tensor.ts";
import { random } from "../drawing.ts";
import { type AnyAttributes, anyNode } from "./any-node.ts";

export interface Convolution {
  /** Height and width, or both at once. */
  kernel?: number | readonly [number, number];
  stride?: number;
  groups?: number;
  dilation?: number;
  /** Top, left, bottom, right; without it the output is as large as the input over the stride. */
  pads?: readonly [number, number, number, number];
}

interface GraphShape {
  size: number;
  channels?: number;
  seed?: number;
  batch?: number | string;
}

export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #outputs: ReturnType<typeof floatValue>[] = [];
  /** Of each tensor. */
  readonly #channels = new Map<string, number>();
  readonly #size: number;
  readonly #batch: number | string;
  readonly #next: () => number;
  #count = 0;

  /** @param size side of the square input in pixels; @param channels of the input `image`; @param batch photos, or a name */
  constructor({ size, channels = 3, seed = 1, batch = 1 }: GraphShape) {
    this.#size = size;
    this.#batch = batch;
    this.#channels.set("image", channels);
    this.#next = random(seed);
  }

  channelsOf(name: string): number {
    return this.#channels.get(name)!;
  }

  /** Any operator; its output has `channels`, or as many as its first input. */
  add(opType: string, inputs: readonly string[], attributes: AnyAttributes = {}, channels?: number): string {
    const output = `${opType.toLowerCase()}${++this.#count}`;
    this.#nodes.push(anyNode(opType, inputs, [output], attributes));
    this.#channels.set(output, channels ?? this.channelsOf(inputs[0]!));
    return output;
  }

  constant(name: string, dims: readonly number[], data: TensorNumbers): string {
    this.#constants.push(tensor(name, dims, data));
    return name;
  }

  /** A convolution to `outputs` channels with weights that keep the size of numbers about the same, and small biases. */
  conv(input: string, outputs: number, shape: Convolution = {}): string {
    const { kernel = 1, stride = 1, groups = 1, dilation = 1 } = shape;
    const [height, width] = typeof kernel === "number" ? [kernel, kernel] : kernel;
    const half = (side: number) => ((side - 1) * dilation) >> 1;
    const pads = shape.pads ?? [half(height), half(width), half(height), half(width)];
    const inputs = this.channelsOf(input) / groups;
    const products = inputs * height * width;
    const weights = this.random(outputs * products, Math.sqrt(6 / products));
    return this.convWith(input, [outputs, inputs, height, width], weights, this.random(outputs, 0.5), {
      strides: [stride, stride],
      dilations: [dilation, dilation],
      pads,
      group: groups,
    });
  }

  convWith(
    input: string,
    dims: readonly [outputs: number, inputs: number, height: number, width: number],
    weights: Float32Array,
    bias: Float32Array,
    attributes: AnyAttributes = {},
  ): string {
    const name = `conv${++this.#count}`;
    const constants = [this.constant(`${name}_weights`, dims, weights), this.constant(`${name}_bias`, [dims[0]], bias)];
    return this.add("Conv", [input, ...constants], { kernel_shape: [dims[2], dims[3]], ...attributes }, dims[0]);
  }

  /** features x weights + bias over `inputs` features. */
  gemm(input: string, outputs: number): string {
    const [name, inputs] = [`gemm${++this.#count}`, this.channelsOf(input)];
    const constants = [
      this.constant(`${name}_weights`, [outputs, inputs], this.random(outputs * inputs, Math.sqrt(3 / inputs))),
      this.constant(`${name}_bias`, [outputs], this.random(outputs, 0.5)),
    ];
    return this.add("Gemm", [input, ...constants], { transB: 1 }, outputs);
  }

  /** Uniform in [-limit, limit]. */
  random(count: number, limit: number): Float32Array {
    return Float32Array.from({ length: count }, () => (2 * this.#next() - 1) * limit);
  }

  /** The graph's output `as` is `name`. */
  output(name: string, as: string): void {
    this.#nodes.push(anyNode("Identity", [name], [as]));
    this.#outputs.push(floatValue(as));
  }

  /** An ONNX file. @param opset the version of ONNX' operators */
  build(opset = 17): Uint8Array {
    return writeModel(
      create(ModelProtoSchema, {
        irVersion: 8n,
        opsetImport: [{ domain: "", version: BigInt(opset) }],
        graph: create(GraphProtoSchema, {
          name: "graph",
          node: this.#nodes,
          initializer: this.#constants,
          input: [floatValue("image", [this.#batch, this.channelsOf("image"), this.#size, this.#size])],
          output: this.#outputs,
        }),
      }) as Model,
    );
  }
}
