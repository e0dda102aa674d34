/** A plan in the making: tensors without places yet, operators in order, constants one after the other. */
import type { Operator } from "../../../shared/engine/lean/operators.ts";
import type { PlanTensor, Shape, TensorIndex } from "../../../shared/engine/lean/plan.ts";
import { consumers, initializers, producers } from "../../../shared/onnx/graph.ts";
import type { GraphProto, Model, NodeProto, TensorProto } from "../../../shared/onnx/model.ts";
import { type ConstantPool, createConstantPool } from "./constants.ts";
import { uncoveredGraph } from "./no-plan.ts";

/** What the arena's layout adds later are pitch and offset. */
export interface DraftTensor extends Omit<PlanTensor, "pitch" | "offset"> {
  /** Of a constant, from the start of the constants. */
  offset?: number;
  /** The channels of another tensor from `at` on, which this one is. */
  within?: { tensor: TensorIndex; at: number };
}

/** value = scale x (stored - zero) */
export type Quantization = Pick<PlanTensor, "scale" | "zero">;

/** A tensor of the graph that has been computed. */
export interface Computed {
  kind: "computed";
  tensor: TensorIndex;
  /** Flattened to one row in the graph. A map's numbers then count in ONNX' order, channels before pixels. */
  flat: boolean;
}

/** A tensor that follows, number by number, from one uint8 tensor; computed where it is needed, if it is. */
export interface Pointwise {
  kind: "pointwise";
  /** Adds its node as an operator of its own, where no table will do. */
  add(): Promise<void>;
  /** The computed uint8 tensor of the graph that it follows from. */
  root: string;
  /** Undefined where it is float. */
  quantization: Quantization | undefined;
}

export interface Draft {
  /** The ONNX model, pruned. */
  model: Model;
  graph: GraphProto;
  stored: ReadonlyMap<string, TensorProto>;
  producers: ReadonlyMap<string, NodeProto>;
  users: ReadonlyMap<string, readonly NodeProto[]>;
  values: Map<string, Computed | Pointwise>;
  tensors: DraftTensor[];
  operators: Operator[];
  constants: ConstantPool;
}

export const createDraft = (model: Model): Draft => {
  const { graph } = model;
  return {
    model,
    graph,
    stored: initializers(graph),
    producers: producers(graph),
    users: consumers(graph),
    values: new Map(),
    tensors: [],
    operators: [],
    constants: createConstantPool(),
  };
};

export const unquantized: Quantization = { scale: 1, zero: 0 };

/** Adds a tensor in the arena: uint8 where it is quantized. */
export const addTensor = (
  draft: Draft,
  { channels, height, width }: Shape,
  quantization?: Quantization,
): TensorIndex => {
  const { scale, zero } = quantization ?? unquantized;
  const type = quantization ? "u8" : "f32";
  return draft.tensors.push({ type, place: "arena", channels, height, width, scale, zero }) - 1;
};

/** Says that `tensor` is what the graph calls `name`. */
export const setComputed = (draft: Draft, name: string, tensor: TensorIndex, flat = false): void => {
  draft.values.set(name, { kind: "computed", tensor, flat });
};

/** The value of a name in the graph. @throws NoPlanError for one that nothing computes */
export const findValue = (draft: Draft, name: string): Computed | Pointwise => {
  const value = draft.values.get(name);
  if (!value) throw uncoveredGraph(`the tensor "${name}", which is a constant or missing`);
  return value;
};
