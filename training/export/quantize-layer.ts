/** One layer's weights and bias in 8-bit form: the constants that are stored, and the nodes that read them. */
import type { NodeProto, TensorProto } from "../../shared/onnx/model.ts";
import { node } from "../../shared/onnx/node.ts";
import { tensor } from "../../shared/onnx/tensor.ts";
import type { Layer } from "./layer.ts";
import type { ActivationStatistics } from "./statistics.ts";
import { magnitudes, meanShift, type QuantizedWeights, quantizeNumbers } from "./weights.ts";

/** An accumulator is an int32. */
export const largestSum = 2 ** 31 - 1;

/** Bias and products may come to this many steps: the other half is left to rounding and to the correction of the bias. */
const plannedSum = 2 ** 30;

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
  const input = layer.node.input[0]!;
  const quantized = quantizeNumbers(
    layer.numbers,
    layout,
    inputScale === undefined ? undefined : smallestScales(layer, inputScale),
  );
  const shift = meanShift(layer.numbers, quantized, layout, statistics.tensors[input]?.means ?? [], layer.inputOf);
  const biases = layer.biases.map((bias, channel) => bias - shift[channel]!);
  const bias = quantizeBias(layer, biases, quantized, inputScale);

  // a product of matrices has no bias that could be corrected
  const alone = layer.node.opType === "MatMul";
  layer.node.input = [input, `${weights}_dequantized`, ...(alone ? [] : [biasOf(layer)])];
  const parameters = [`${weights}_quantized`, `${weights}_scale`, `${weights}_zero`];
  return {
    nodes: [node("DequantizeLinear", parameters, [`${weights}_dequantized`], { axis }), ...(alone ? [] : bias.nodes)],
    constants: [
      tensor(parameters[0]!, dims, quantized.values),
      tensor(parameters[1]!, [layout.channels], quantized.scales),
      tensor(parameters[2]!, [layout.channels], new Int8Array(layout.channels)),
      ...(alone ? [] : bias.constants),
    ],
  };
};

/**
 * The smallest scale of each channel with which its accumulator, bias / step + sum of (input - zero) x weight, cannot leave
 * int32, whatever the photo; a step is input scale x weight scale, and no input lies more than 255 from its zero. It binds in
 * channels whose weights are nearly zero but whose bias is not, and in sums of more than 33,000 products.
 */
const smallestScales = ({ biases, numbers, layout }: Layer, inputScale: number): Float32Array => {
  const sums = magnitudes(numbers, layout);
  return biases.map((bias, channel) => (Math.abs(bias) / inputScale + 255 * sums[channel]!) / plannedSum);
};

/** Some graphs call their own biases so. */
const biasOf = ({ node: { output }, bias }: Layer): string =>
  bias === `${output[0]}_bias` ? `${output[0]}_bias_of_steps` : `${output[0]}_bias`;

const quantizeBias = (
  layer: Layer,
  biases: Float32Array,
  { values, scales: weightScales }: QuantizedWeights,
  inputScale: number | undefined,
): QuantizedLayer => {
  const name = biasOf(layer);
  const { layout } = layer;
  const shape = [biases.length];
  if (inputScale === undefined) return { nodes: [], constants: [tensor(name, shape, biases)] };
  const scales = weightScales.map((scale) => scale * inputScale);
  const products = magnitudes(values, layout);
  const steps = Int32Array.from(biases, (bias, channel) => {
    // means far outside of the quantized range could correct it by more than there is room for
    const room = Math.max(0, largestSum - 255 * products[channel]!);
    return Math.max(-room, Math.min(room, Math.round(bias / scales[channel]!)));
  });
  const parameters = [`${name}_quantized`, `${name}_scale`];
  return {
    nodes: [node("DequantizeLinear", parameters, [name], { axis: 0 })],
    constants: [tensor(parameters[0]!, shape, steps), tensor(parameters[1]!, shape, scales)],
  };
};
