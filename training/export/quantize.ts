/**
 * The full int8 form: static quantization written as QDQ (each tensor quantized and dequantized again, which ONNX Runtime
 * fuses into integer operators). Activations uint8 with a scale per tensor, weights 8 bits with a scale per output channel,
 * biases int32. Operators: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html
 */
import { initializers } from "../../shared/onnx/graph.ts";
import { type Model, type NodeProto, readModel, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import { quantizedTensors } from "./activations.ts";
import { foldClips, type Range } from "./fold-clips.ts";
import { readLayer } from "./layer.ts";
import { hasWeights, rearranges } from "./operators.ts";
import { quantizeLayer } from "./quantize-layer.ts";
import type { ActivationStatistics, RangeMethod } from "./statistics.ts";

export interface Quantization {
  /** The float model, an ONNX file. */
  model: Uint8Array;
  statistics: ActivationStatistics;
  /** How activation ranges were found. */
  method?: RangeMethod;
  /** Activations left in float, see `sensitiveTensors`. */
  floats?: readonly string[];
}

/** value = scale x (stored - zero) */
interface Step {
  scale: number;
  zero: number;
}

/** @returns an ONNX file with the float model's outputs. The same input gives the same bytes. */
export const quantize = ({ model: bytes, statistics, method = "minmax", floats = [] }: Quantization): Uint8Array => {
  const model = readModel(bytes);
  const left = new Set(floats);
  const bounds = foldClips(model.graph, left);
  // A clip that stays in float reads float numbers: a tensor that only it reads has no calibrated range.
  for (const { opType, input, output } of model.graph.node)
    if ((opType === "Clip" || opType === "Relu") && left.has(output[0]!)) left.add(input[0]!);
  const steps = new Map<string, Step>();
  for (const name of quantizedTensors(model.graph).filter((name) => !left.has(name)))
    steps.set(name, stepOf(rangeOf(name, statistics, method), bounds.get(name)));
  for (const rearranging of model.graph.node.filter(rearranges)) {
    const step = steps.get(rearranging.input[0]!);
    if (step && steps.has(rearranging.output[0]!)) steps.set(rearranging.output[0]!, step);
  }
  insertQuantization(model, steps, statistics);
  return writeModel(model);
};

const rangeOf = (name: string, { tensors }: ActivationStatistics, method: RangeMethod): Range => {
  const found = tensors[name]?.ranges[method];
  if (!found) throw new Error(`no activation range for the tensor "${name}"; calibrate this very model again`);
  return found;
};

/** 255 steps over the range, one of them exactly at zero. */
const stepOf = (
  [low, high]: Range,
  [lowest, highest]: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Step => {
  const from = Math.min(0, Math.max(low, lowest));
  const to = Math.max(0, Math.min(high, highest), from + 1e-6);
  const scale = Math.fround((to - from) / 255);
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-from / scale))) };
};

const insertQuantization = (model: Model, steps: ReadonlyMap<string, Step>, statistics: ActivationStatistics): void => {
  const { graph } = model;
  const constants = initializers(graph);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const nodes: NodeProto[] = [];
  const added: TensorProto[] = [];
  /** What readers of a tensor read in its place. */
  const readable = (name: string): string => (steps.has(name) ? `${name}_dequantized` : name);
  const quantizeTensor = (name: string, from: string): void => {
    const { scale, zero } = steps.get(name)!;
    const parameters = [`${name}_scale`, `${name}_zero`];
    added.push(tensor(parameters[0]!, [], Float32Array.of(scale)), tensor(parameters[1]!, [], Uint8Array.of(zero)));
    nodes.push(node("QuantizeLinear", [from, ...parameters], [`${name}_quantized`]));
    nodes.push(node("DequantizeLinear", [`${name}_quantized`, ...parameters], [readable(name)]));
    // An output keeps its name; its readers inside have their own pair, or ONNX Runtime would not fuse the producer.
    if (outputs.has(name)) nodes.push(node("DequantizeLinear", [`${name}_quantized`, ...parameters], [name]));
  };

  for (const { name } of graph.input) if (steps.has(name)) quantizeTensor(name, name);
  for (const original of graph.node) {
    if (hasWeights(original, constants)) {
      const inputScale = steps.has(original.output[0]!) ? steps.get(original.input[0]!)?.scale : undefined;
      const layer = quantizeLayer(readLayer(original, constants), statistics, inputScale);
      nodes.push(...layer.nodes);
      added.push(...layer.constants);
    }
    original.input = original.input.map(readable);
    nodes.push(original);
    // a split has several
    for (const [place, output] of original.output.entries()) {
      if (!steps.has(output)) continue;
      original.output[place] = `${output}_float`;
      quantizeTensor(output, `${output}_float`);
    }
  }
  const used = new Set(nodes.flatMap(({ input }) => input));
  // an output that nobody reads inside needs no second way back to floats
  graph.node = nodes.filter(({ output }) => output.some((name) => used.has(name) || outputs.has(name)));
  graph.initializer = [...graph.initializer, ...added].filter(({ name }) => used.has(name));
};
