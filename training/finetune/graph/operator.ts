/** What the executor asks of an ONNX operator, and what it gives its kernel. */
import type { Tensor } from "@tensorflow/tfjs";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { describeNode } from "../../../shared/onnx/node.ts";
import type { TensorFlow } from "../../head/tensorflow.ts";
import type { Gradients } from "./gradients/gradients.ts";
import { channelsLast, type Layout, onnx, type Value } from "./value.ts";

/** What an operator reads once, when its graph is compiled. */
export interface Setting {
  node: NodeProto;
  /** Version of ONNX' operators that the model was written for. */
  opset: number;
  tf: TensorFlow;
  gradients: Gradients;
}

/** A node's inputs, in one run. */
export interface Inputs {
  /** Without those left out at the end. */
  count: number;
  has(place: number): boolean;
  /** In whatever layout it lies. */
  value(place: number): Value;
  /** In ONNX' layout, or another. */
  tensor(place: number, layout?: Layout): Tensor;
  /** The numbers of an input that is known without looking at a tensor: constants, and what follows from shapes. */
  numbers(place: number): readonly number[];
  /** Whether it depends on a number that is trained, so that its gradient is wanted. */
  trains(place: number): boolean;
  /** Whether it is the same whatever the photos are, and how many. */
  constant(place: number): boolean;
  /** How many photos run at once through a graph that was exported for one; 1 where it takes any number. */
  batch: number;
}

/** Runs within `tf.tidy`: whatever it makes on the way is freed. */
export type Kernel = (inputs: Inputs) => Value | readonly Value[];

export interface Operator {
  /** Inputs, at least and at most. */
  inputs: readonly [number, number];
  /** Attributes that it understands. */
  attributes?: readonly string[];
  /** Outputs at most, 1 by default. */
  outputs?: number;
  /** Inputs whose numbers decide shapes, or which attributes were in earlier versions: they must be known beforehand. */
  known?: readonly number[];
  /** The layout in which an input that is constant or trained is kept. */
  layoutOf?(setting: Setting, place: number, dims: readonly number[]): Layout;
  /** @throws Error for an attribute's value that is not supported */
  prepare(setting: Setting): Kernel;
}

export type OperatorTable = Readonly<Record<string, Operator>>;

export const plain = (tensor: Tensor): Value => ({ tensor, layout: onnx });
export const image = (tensor: Tensor): Value => ({ tensor, layout: channelsLast });

/** For `prepare`: `Resize "up": mode "cubic" is not supported; only nearest, linear are`. */
export const unsupported = (node: NodeProto, what: string, supported: string): Error =>
  new Error(`${describeNode(node)}: ${what} is not supported; ${supported}`);

/** `axis` counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
