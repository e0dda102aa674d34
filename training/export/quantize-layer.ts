/** One layer's weights and bias in 8-bit form: the constants that are stored, and the nodes that read them. */
import type { NodeProto, TensorProto } from "../../shared/onnx/model.ts";
import { describeNode, node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import type { Layer } from "./layer.ts";
import type { ActivationStatistics } from "./statistics.ts";
import { meanShift, type QuantizedWeights, quantizeNumbers } from "./weights.ts";

/** Biases stay below this many steps, so that int32 sums (at most 2^31) have room for the products. */
export const largestBias = 2 ** 30;

export interface QuantizedLayer {
  nodes: NodeProto[];
  constants: TensorProto[];
}

/**
 * Makes `layer.node` read quantized weights.
 *
 * @param inputScale of its quantized input, where it is to run in integers (its output quantized, too); its bias then
 *   becomes int32. Without it the bias stays in float.
 */
export const quantizeLayer = (
  layer: Layer,
  statistics: ActivationStatistics,
  inputScale: number | undefined,
): QuantizedLayer => {
  const { weights, dims, axis, layout } = layer;
  const [input, output] = [layer.node.input[0]!, layer.node.output[0]!];
  const quantized = quantizeNumbers(
    layer.numbers,
    layout,
    inputScale === undefined ? undefined : smallestScales(layer, inputScale),
  );
  const shift = meanShift(layer.numbers, quantized, layout, statistics.tensors[input]?.means ?? [], layer.inputOf);
  const biases = layer.biases.map((bias, channel) => bias - shift[channel]!);
  const bias = quantizeBias(layer.node, biases, quantized, inputScale);

  layer.node.input = [input, `${weights}_dequantized`, `${output}_bias`];
  const parameters = [`${weights}_quantized`, `${weights}_scale`, `${weights}_zero`];
  return {
    nodes: [node("DequantizeLinear", parameters, [`${weights}_dequantized`], { axis }), ...bias.nodes],
    constants: [
      tensor(parameters[0]!, dims, quantized.values),
      tensor(parameters[1]!, [layout.channels], quantized.scales),
      tensor(parameters[2]!, [layout.channels], new Int8Array(layout.channels)),
      ...bias.constants,
    ],
  };
};

/**
 * A bias is added to sums of products, so it has their step, input scale x weight scale: in a channel whose weights are
 * nearly zero but whose bias is not, that step must be raised, or the bias does not fit into int32.
 */
const smallestScales = ({ biases }: Layer, inputScale: number): Float32Array =>
  // Half of what fits: the correction of the bias comes later.
  biases.map((bias) => Math.abs(bias) / (inputScale * (largestBias / 2)));

const quantizeBias = (
  of: NodeProto,
  biases: Float32Array,
  { scales: weightScales }: QuantizedWeights,
  inputScale: number | undefined,
): QuantizedLayer => {
  const name = `${of.output[0]}_bias`;
  const shape = [biases.length];
  if (inputScale === undefined) return { nodes: [], constants: [tensor(name, shape, biases)] };
  const scales = weightScales.map((scale) => scale * inputScale);
  const steps = Int32Array.from(biases, (bias, channel) => {
    const count = Math.round(bias / scales[channel]!);
    if (Math.abs(count) <= largestBias) return count;
    throw new Error(
      `the bias of ${describeNode(of)}, channel ${channel}, takes ${count} steps; leave its input in float`,
    );
  });
  const parameters = [`${name}_quantized`, `${name}_scale`];
  return {
    nodes: [node("DequantizeLinear", parameters, [name], { axis: 0 })],
    constants: [tensor(parameters[0]!, shape, steps), tensor(parameters[1]!, shape, scales)],
  };
};
