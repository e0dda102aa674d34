/**
 * A backbone in two: the frozen layers, which onnxruntime runs once per look at a photo, and the last blocks, which are trained
 * as TensorFlow.js operations. The second part reads a row of numbers per look and gives the feature vector that heads read.
 */
import { importNativeRuntime } from "../../shared/engine/native-runtime.ts";
import { floatValue, inputName } from "../../shared/onnx/graph.ts";
import { copyModel, type Model, readModel, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import type { OpenBackbone } from "../backbone/backbone.ts";
import { canonicalise } from "../export/canonicalise.ts";
import { buildFeatureModel } from "../export/feature-model.ts";
import type { Work } from "../features/messages.ts";
import { findBlocks, weightsOf } from "./blocks.ts";
import { splitModel } from "./graph/split.ts";
import { untied } from "./untie.ts";

/** What the second part reads of a look, side by side in a row. */
export interface Part {
  tensor: string;
  /** Of one look, without the batch's axis. */
  shape: number[];
}

export interface CutBackbone {
  /** All of the backbone in plain form: what is trained goes back into it. */
  model: Model;
  /** What makes a row of a photo; where nothing is frozen the photo's own tensor is the row. */
  work: Work;
  parts: Part[];
  /** From the parts to `features`. */
  suffix: Model;
  /** Initializers of the suffix that are trained. */
  trainable: string[];
  /** How many blocks the backbone has. */
  blocks: number;
}

/** @throws Error when the network has no so many blocks */
export const cutBackbone = async ({ backbone, bytes }: OpenBackbone, blocks: number): Promise<CutBackbone> => {
  const { cuts, input, name } = backbone;
  const plain = await canonicalise(bytes);
  const model = readModel(await buildFeatureModel(writeModel(plain), cuts));
  const starts = findBlocks(model, cuts[0].tensor);
  const start = starts.at(-blocks);
  if (start === undefined)
    throw new Error(
      `${name} has ${starts.length} blocks, and --fine-tune ${blocks} asks for more; give ${starts.length} at most`,
    );
  if (start === inputName(model.graph)) {
    const parts = [{ tensor: start, shape: [3, input.size, input.size] }];
    return { model: plain, work: { input }, parts, suffix: model, trainable: weightsOf(model), blocks: starts.length };
  }
  const tuned = after(model, start);
  // of a map in the frozen layers only its means are read
  const frozen = cuts.flatMap(({ tensor }, cut) => (tuned.has(tensor) ? [] : [`features_${cut}`]));
  const { prefix, suffix } = splitModel(untied(model, tuned), [start, ...frozen]);
  const parts = await shapesOf(prefix, input.size);
  const row = {
    input,
    model: { bytes: writeModel(flattened(prefix, parts)), precision: "float32", engine: "native" },
  } as const;
  return {
    model: untied(plain, after(plain, start)),
    work: row,
    parts,
    suffix,
    trainable: weightsOf(suffix),
    blocks: starts.length,
  };
};

/** Tensors that depend on one. */
const after = ({ graph }: Model, start: string): Set<string> => {
  const depends = new Set([start]);
  for (const { input, output } of graph.node)
    if (input.some((name) => depends.has(name))) for (const name of output) depends.add(name);
  depends.delete(start);
  return depends;
};

/** Runs the frozen layers once, on nothing, to see what they give. */
const shapesOf = async (prefix: Model, size: number): Promise<Part[]> => {
  const { InferenceSession, Tensor } = await importNativeRuntime();
  const session = await InferenceSession.create(writeModel(prefix), { logSeverityLevel: 3 });
  const photo = new Tensor("float32", new Float32Array(3 * size * size), [1, 3, size, size]);
  const results = await session.run({ [inputName(prefix.graph)]: photo });
  await session.release();
  return prefix.graph.output.map(({ name }) => ({ tensor: name, shape: results[name]!.dims.slice(1) }));
};

const flattened = (prefix: Model, parts: readonly Part[]): Model => {
  const { graph } = copyModel(prefix);
  const rows = parts.map((_, part) => `frozen_${part}`);
  for (const [part, { tensor }] of parts.entries()) graph.node.push(node("Flatten", [tensor], [rows[part]!]));
  graph.node.push(node("Concat", rows, ["features"], { axis: 1 }));
  graph.output = [floatValue("features", [1, "numbers"])];
  return { ...prefix, graph };
};

/** Numbers in a row. */
export const widthOf = (parts: readonly Part[]): number => parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
